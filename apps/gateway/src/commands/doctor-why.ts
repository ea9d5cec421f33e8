/** `cotbus doctor --node` and `--link`: why somebody is not seen, and how a TAK link is. Asks over the bus and puts together. */
import { fromBinary } from '@bufbuild/protobuf';
import { ExplanationSchema, Finding_Level, nodeText } from '@cotbus/contracts';
import type { NodeState } from '@cotbus/contracts';
import { aliveAgents, fault, findingsOf, systemClock, watchSite, whyCodes } from '@cotbus/service';
import type { Bus, Clock } from '@cotbus/service';
import { findNodes } from '../doctor/find-nodes.ts';
import { linkFindings, noEgress, whyNotSeen } from '../doctor/why.ts';
import type { Asked, Told } from '../doctor/why.ts';
import { askService } from './ask-service.ts';
import { askPastOutcomes } from './past-outcomes.ts';

export interface WhyOptions {
  /** A node, callsign or uid. */
  readonly node?: string;
  /** A TAK link or listener. */
  readonly link?: string;
  /** Switch the channels of that link's user on at the server. */
  readonly activateChannels?: boolean;
}

/** An egress asks its servers, which have five seconds; to switch channels on takes three rounds. */
const EXPLAIN_MS = 12_000;
const ACTIVATE_MS = 30_000;
/** As many as an egress may be asked for. */
const MAX_NODES = 16;
const MAX_STATES = 10_000;
const MAX_UIDS = 5;

/** The bus, and the egresses on it. */
interface Asker {
  readonly bus: Bus;
  readonly clock: Clock;
  /** With a fresh heartbeat. */
  readonly egresses: readonly string[];
  /** Known, and not there. */
  readonly away: readonly Asked[];
}

/** @param bus connected. Ends within three quarters of a minute. */
export const examineWhy = async (
  bus: Bus,
  options: WhyOptions,
  clock: Clock = systemClock,
): Promise<readonly Told[]> => {
  const nodes = new Map<string, NodeState>();
  if (options.node !== undefined) {
    await bus.subscribe('node', {}, (state, { agent, num }) => {
      const key = `${agent} ${num}`;
      if (state === undefined) nodes.delete(key);
      else if (nodes.size < MAX_STATES || nodes.has(key)) nodes.set(key, state);
    });
  }
  const site = await watchSite(bus, clock);
  const asker: Asker = { bus, clock, ...egressesOf(site) };
  if (options.node === undefined) return examineLink(asker, options);
  // With these nothing passes, whoever is asked about; what egresses say of links they say for each place.
  const faults = findingsOf(site).filter(
    ({ code, level }) => level === Finding_Level.FAULT && !whyCodes.includes(code),
  );
  return [...faults, ...(await examineNode(asker, options.node, [...nodes.values()], aliveAgents(site)))];
};

/** An egress is asked by the name under which it is a destination: who has none now does not answer for any link. */
const egressesOf = ({ services }: Awaited<ReturnType<typeof watchSite>>): Pick<Asker, 'egresses' | 'away'> => {
  const namesOf = (areAlive: boolean): readonly string[] =>
    services
      .filter(({ status, isAlive }) => status.name === 'tak-egress' && isAlive === areAlive)
      .flatMap(({ status }) => status.destination?.name ?? []);
  const egresses = [...new Set(namesOf(true))];
  const away = [...new Set(namesOf(false))].filter((name) => !egresses.includes(name));
  return { egresses, away: away.map((egress) => ({ egress, answer: undefined, isAway: true })) };
};

const examineNode = async (
  asker: Asker,
  name: string,
  all: readonly NodeState[],
  agents: ReturnType<typeof aliveAgents>,
): Promise<readonly Told[]> => {
  const { bus, clock, away } = asker;
  const nodes = findNodes(all, name).slice(0, MAX_NODES);
  const given = { name: name.trim(), ...(nodes.length > 0 && { nodes: nodes.map(nodeText).join(',') }) };
  const asked = await askAll(asker, 'explain', given, EXPLAIN_MS);
  const fromTak = asked.flatMap(({ answer }) => answer?.subjects ?? []).filter(({ link }) => link !== '');
  const uids = [...new Set(fromTak.map(({ uid }) => uid))].slice(0, MAX_UIDS);
  const wishes = [...uids.map((uid) => ({ uid })), ...nodes.slice(0, MAX_UIDS).map((num) => ({ node: nodeText(num) }))];
  const past = await Promise.all(wishes.map((wish) => askPastOutcomes(bus, clock, wish)));
  return whyNotSeen({
    name,
    nodes,
    states: all.filter(({ num }) => nodes.includes(num)),
    agents,
    asked: [...away, ...asked],
    outcomes: past
      .flat()
      .map(({ outcome }) => outcome)
      .toSorted((a, b) => a.atMs - b.atMs),
    nowMs: clock.now(),
  });
};

const examineLink = async (asker: Asker, { link, activateChannels = false }: WhyOptions): Promise<readonly Told[]> => {
  const { egresses, away } = asker;
  if (egresses.length === 0 && away.length === 0) return [noEgress];
  const given = link === undefined ? {} : { link };
  const asked = await askAll(asker, 'explain', given, EXPLAIN_MS);
  const have = asked.filter(({ answer }) => answer !== undefined);
  // Those that have no link of that name are not the ones that were meant.
  if (have.length === 0) return linkFindings([...away, ...asked]);
  const silent = [...away, ...asked.filter(({ answer, refusal }) => answer === undefined && refusal === undefined)];
  if (!activateChannels) return linkFindings([...silent, ...have]);
  const owners = { ...asker, egresses: have.map(({ egress }) => egress) };
  return linkFindings([...silent, ...(await askAll(owners, 'activate-channels', given, ACTIVATE_MS))]);
};

const askAll = (
  { bus, clock, egresses }: Asker,
  verb: string,
  given: Readonly<Record<string, string>>,
  lifeMs: number,
): Promise<Asked[]> =>
  Promise.all(
    egresses.map(async (egress): Promise<Asked> => {
      const reply = await askService(bus, { target: egress, verb, arguments: given, lifeMs }, clock);
      if (reply === undefined) return { egress, answer: undefined };
      if (!reply.ok) return { egress, answer: undefined, refusal: reply.text };
      return { egress, answer: read(reply.bytes) };
    }),
  );

const read = (bytes: Uint8Array) => {
  try {
    return fromBinary(ExplanationSchema, bytes);
  } catch {
    return undefined;
  }
};

/** What somebody asks for that does not fit together; undefined when it does. */
export const whyFault = ({ node, link, activateChannels = false }: WhyOptions): Told | undefined => {
  const words = (cause: string, remedy: string): Told => fault('told_no', { about: 'cotbus doctor', cause, remedy });
  if (activateChannels && link === undefined) {
    return words('It is not said whose channels shall be switched on.', 'Name the link with --link.');
  }
  return node !== undefined && link !== undefined
    ? words(
        'It is asked about a node and about a link.',
        'Ask one after the other: an answer about a node names every link.',
      )
    : undefined;
};
