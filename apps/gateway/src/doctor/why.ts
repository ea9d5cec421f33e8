/** What agents, egresses and outcomes tell together of why somebody is not seen, or of a link. Pure. */
import { Kind, nodeText, Place_State, Reason, reasonText } from '@cotbus/contracts';
import type { AgentStatus, Explanation, LinkAnswer, NodeState, Outcome, Place, Subject } from '@cotbus/contracts';
import { answerOnMesh, fault, findingsOfNode, nameOf, note, reasonWords, warning } from '@cotbus/service';
import type { FindingFields } from '@cotbus/service';

export const askCodes = [
  'no_answer',
  'nobody_known',
  'several_known',
  'told_no',
  'ended_elsewhere',
  'filter_counts',
] as const;

/** A finding, and whom and which place it is about. */
export interface Told extends FindingFields {
  /** Such as !1234abcd. */
  readonly node?: string;
  readonly uid?: string;
  readonly egress?: string;
  /** A link, listener or mesh. */
  readonly place?: string;
  readonly state?: 'shown' | 'not_shown' | 'unknown';
  readonly writtenAtMs?: number;
  readonly waitingBefore?: number;
}

export interface Asked {
  readonly egress: string;
  /** Undefined when no answer came. */
  readonly answer: Explanation | undefined;
  /** What it said instead of an answer. */
  readonly refusal?: string;
  /** It was not asked: it is known, and not there. */
  readonly isAway?: boolean;
}

export interface WhyFacts {
  /** As it was typed. */
  readonly name: string;
  readonly nodes: readonly number[];
  /** Of these nodes. */
  readonly states: readonly NodeState[];
  /** With a fresh heartbeat. */
  readonly agents: readonly AgentStatus[];
  readonly asked: readonly Asked[];
  /** Of these uids and nodes, oldest first. */
  readonly outcomes: readonly Outcome[];
  readonly nowMs: number;
}

export const whyNotSeen = (facts: WhyFacts): readonly Told[] => {
  const { nodes, states, asked, nowMs } = facts;
  const subjects = asked.flatMap(({ egress, answer }) =>
    (answer?.subjects ?? []).map((subject) => ({ egress, subject })),
  );
  const ofNodes = nodes.flatMap((num) =>
    findingsOfNode(
      states.filter((state) => state.num === num),
      nowMs,
    ).map((finding) => ({ ...finding, node: nodeText(num) })),
  );
  const ofSubjects = subjects.flatMap(({ egress, subject }) => ofSubject(facts, egress, subject));
  const isKnown = ofNodes.length + subjects.length > 0;
  return [
    ...asked.flatMap(silence),
    ...(isKnown ? [] : [nobody(facts)]),
    ...(new Set(subjects.map(({ subject }) => subject.uid)).size > 1 && nodes.length !== 1
      ? [several(facts, subjects)]
      : []),
    ...ofNodes,
    ...ofSubjects,
    ...nodes
      .filter((num) => !subjects.some(({ subject }) => subject.node === num))
      .flatMap((num) => elsewhere(facts, num)),
  ];
};

/** One that was asked and did not answer, or said why not. */
const silence = ({ egress, answer, refusal, isAway = false }: Asked): readonly Told[] => {
  if (answer !== undefined) return [];
  if (refusal !== undefined) {
    const cause = `Egress ${egress} says: ${refusal}.`;
    return [warning('told_no', { about: egress, cause, remedy: 'Ask as it says.' })];
  }
  return [
    fault('no_answer', {
      about: egress,
      cause: isAway
        ? `Egress ${egress} is not there, so nothing is known of its links.`
        : `Egress ${egress} did not answer in time.`,
      remedy: isAway
        ? 'Start it: cotbus up, or cotbus tak-egress.'
        : 'Look whether it runs, and at its log; an egress of an earlier version cannot answer.',
    }),
  ];
};

/** There is none, and none is known. */
export const noEgress: Told = fault('no_answer', {
  about: 'tak-egress',
  cause: 'There is no egress on the bus that could be asked.',
  remedy: 'Start it: cotbus up, or cotbus tak-egress.',
});

const nobody = ({ name, asked }: WhyFacts): Told => {
  const where = asked.length === 0 ? 'There is no egress to ask, and no agent' : 'No agent and no egress';
  return warning('nobody_known', {
    about: name,
    cause: `${where} has heard of anybody of that name, uid or number within a day.`,
    remedy: 'Check how it is written, or let it send something; the status page and cotbus outcomes show who is heard.',
  });
};

const several = ({ name }: WhyFacts, subjects: readonly { readonly subject: Subject }[]): Told => {
  const uids = [...new Set(subjects.map(({ subject }) => subject.uid))].slice(0, 10);
  return note('several_known', {
    about: name,
    cause: `Several answer to that: ${uids.join(', ')}.`,
    remedy: 'Name one by its uid, or by its node number.',
  });
};

const states: Readonly<Record<number, NonNullable<Told['state']>>> = {
  [Place_State.SHOWN]: 'shown',
  [Place_State.NOT_SHOWN]: 'not_shown',
};

const ofSubject = (facts: WhyFacts, egress: string, subject: Subject): readonly Told[] =>
  subject.places.map((place) => {
    const answer = told(egress, subject, place);
    if (subject.link === '' || answer.state === 'not_shown') return answer;
    return { ...answer, ...onMesh(facts, subject, place.name) };
  });

const told = (egress: string, { uid, node }: Subject, place: Place): Told => {
  const { name, state, answer, writtenAtMs, waitingBefore } = place;
  const { code = '', level = 0, about = '', cause = '', remedy = '' } = answer ?? {};
  return {
    code,
    level,
    about,
    cause,
    remedy,
    ...(node !== 0 && { node: nodeText(node) }),
    ...(uid !== '' && { uid }),
    egress,
    place: name,
    state: states[state] ?? 'unknown',
    ...(writtenAtMs !== undefined && { writtenAtMs }),
    ...(waitingBefore !== undefined && { waitingBefore }),
  };
};

/** Another copy, or another event, ended another way. */
const tellsNothing: ReadonlySet<Reason> = new Set([Reason.DUPLICATE, Reason.SUPERSEDED]);

const onMesh = (facts: WhyFacts, subject: Subject, mesh: string): Pick<Told, 'state'> & FindingFields => {
  const outcome = facts.outcomes.findLast(
    ({ uid, destination, node, reason }) =>
      uid === subject.uid && destination === mesh && node === 0 && !tellsNothing.has(reason),
  );
  const { state, finding } = answerOnMesh({
    subject: subject.callsign || subject.uid,
    mesh,
    agents: facts.agents.filter((agent) => agent.mesh === mesh),
    outcome,
    nowMs: facts.nowMs,
  });
  return { ...finding, state: states[state] ?? 'unknown' };
};

/** A node that no egress knows: how what it sent ended before it came to one. */
const elsewhere = ({ outcomes, states: known }: WhyFacts, num: number): readonly Told[] => {
  const last = outcomes.findLast(
    ({ node, kind, reason }) =>
      node === num && !tellsNothing.has(reason) && reason !== Reason.NOT_FOR_TAK && kind !== Kind.CHAT,
  );
  if (last === undefined) return [];
  const state = known.find((one) => one.num === num);
  const { cause, remedy } = reasonWords(reasonText(last.reason), last.detail);
  const about = state === undefined ? nodeText(num) : nameOf(state);
  return [{ ...warning('ended_elsewhere', { about, cause, remedy }), node: nodeText(num), state: 'not_shown' }];
};

/** What egresses say of their links. */
export const linkFindings = (asked: readonly Asked[]): readonly Told[] =>
  asked.flatMap((one) => [...silence(one), ...(one.answer?.links ?? []).flatMap((link) => ofLink(one.egress, link))]);

const ofLink = (egress: string, { link, findings, rules }: LinkAnswer): readonly Told[] => {
  const place = link?.name ?? '';
  const dry = rules.some(({ dryRun }) => dryRun) ? ' (a dry run: everything passes)' : '';
  const counted = rules.map(({ direction, rule, events }) => `${direction}: ${rule}, ${events} events`);
  return [
    ...findings,
    ...(counted.length === 0
      ? []
      : [
          note('filter_counts', {
            about: place,
            cause: `Since the start its filter decided${dry}: ${counted.join('; ')}.`,
            remedy: 'Nothing; out and in of the link hold the rules.',
          }),
        ]),
  ].map(({ code, level, about, cause, remedy }) => ({ code, level, about, cause, remedy, egress, place }));
};
