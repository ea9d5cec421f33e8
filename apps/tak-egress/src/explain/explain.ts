/**
 * Answers `explain` and `activate-channels` over the bus: who is seen at which link or mesh and why, and how each link is.
 * Asking changes nothing; switching channels on is a command of its own.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  createMessage,
  ExplanationSchema,
  FindingSchema,
  LinkAnswerSchema,
  LinkStatusSchema,
  RuleCountSchema,
  SubjectSchema,
  TakChannel_Access,
  TakChannelSchema,
} from '@cotbus/contracts';
import type { Explanation, LinkAnswer, MessageOf, Subject } from '@cotbus/contracts';
import { findingsOfLink, printable } from '@cotbus/service';
import type { AgentWatch, ServiceContext } from '@cotbus/service';
import type { FilterCounts } from '../filter-counts.ts';
import type { Identity } from '../identity.ts';
import { allLinks } from '../options.ts';
import type { TakEgressOptions } from '../options.ts';
import type { Picture } from '../picture.ts';
import type { TakLinks } from '../tak-links.ts';
import { listensTls } from '../tls-files.ts';
import { readQuestion } from './question.ts';
import type { Question } from './question.ts';
import { placeOptions } from './place-options.ts';
import { placesOnLinks, placesOnMeshes } from './places.ts';
import type { PlaceOptions, PlaceParts } from './places.ts';
import { watchServers } from './server-watch.ts';
import type { ServerState, ServerWatch } from './server-watch.ts';
import type { KnownSubject, Subjects } from './subjects.ts';

/** One message of the bus holds as many, with an answer for each of 34 places. */
const MAX_TOLD = 10;
/** Questions under way, each of which may ask servers. */
const MAX_OPEN = 4;
const MAX_TEXT = 300;

export interface ExplainParts {
  readonly context: ServiceContext;
  readonly options: TakEgressOptions;
  readonly subjects: Pick<Subjects, 'find'>;
  readonly links: Pick<TakLinks, 'waitingFor'>;
  readonly picture: Picture;
  readonly identity: Identity;
  readonly agents: Pick<AgentWatch, 'meshes'>;
  readonly filterCounts: FilterCounts;
}

/** What the answers are made of. */
interface Site extends ExplainParts {
  readonly servers: ServerWatch;
  readonly places: readonly PlaceOptions[];
  readonly placeParts: PlaceParts;
}

export const openExplain = async (parts: ExplainParts): Promise<void> => {
  const { context, options, links, picture, identity, agents } = parts;
  const { bus, clock, instance, journals, log, status } = context;
  const site: Site = {
    ...parts,
    servers: watchServers(context, allLinks(options), identity),
    places: placeOptions(options, listensTls(options, journals.folder)),
    placeParts: {
      clock,
      picture,
      waitingFor: (link) => links.waitingFor(link),
      linkStatus: (name) => status.links().find((link) => link.name === name),
      meshes: () => agents.meshes(),
    },
  };
  let open = 0;
  const reply = (id: string, ok: boolean, text: string, explanation?: Explanation): void => {
    const bytes = explanation === undefined ? new Uint8Array() : toBinary(ExplanationSchema, explanation);
    bus.publish('reply', createMessage('reply', { id, ok, text, bytes }));
  };
  const take = async (command: MessageOf<'command'>): Promise<void> => {
    const { id, verb } = command;
    const question = readQuestion(
      command,
      site.places.map(({ name }) => name),
    );
    if (!question.ok) return reply(id, false, question.text);
    if (open >= MAX_OPEN) return reply(id, false, 'too many questions are being answered: ask again');
    open += 1;
    try {
      const states = verb === 'explain' ? await lookAll(site, question) : await activate(site, question);
      if (typeof states === 'string') return reply(id, false, states);
      reply(id, true, '', explain(site, question, states));
    } catch (error) {
      log.error({ err: error }, 'explain.failed');
      reply(id, false, 'it could not be found out: see the log of the egress');
    } finally {
      open -= 1;
    }
  };
  for (const verb of ['explain', 'activate-channels']) {
    await bus.subscribe('command', { target: instance, verb }, (command) => {
      if (command !== undefined) void take(command);
    });
  }
};

type States = ReadonlyMap<string, ServerState>;

const lookAll = async ({ servers, places }: Site, { link }: Question): Promise<States> => {
  const asked = places.filter(({ name }) => link === undefined || name === link);
  const states = await Promise.all(asked.map(async ({ name }) => [name, await servers.look(name)] as const));
  return new Map(states.flatMap(([name, state]) => (state === undefined ? [] : [[name, state] as const])));
};

const activate = async ({ servers }: Site, { link }: Question): Promise<States | string> => {
  if (link === undefined) return 'name the link whose channels shall be switched on';
  const state = await servers.activate(link);
  if (state === undefined) return `${link} has no server with channels: only links of kind tls have`;
  return state.view === undefined
    ? `the channels were not switched on. ${state.findings[0]?.cause ?? ''}`
    : new Map([[link, state]]);
};

const explain = (site: Site, question: Question, states: States): Explanation => {
  const { context, places } = site;
  const found = question.isOfLinkAlone ? [] : subjectsFor(site, question);
  const wanted = places.filter(({ name }) => question.link === undefined || name === question.link);
  return create(ExplanationSchema, {
    egress: context.instance,
    atMs: context.clock.now(),
    subjects: found.slice(0, MAX_TOLD).map((subject) => tell(site, subject, wanted, states)),
    links: wanted.map((place) => linkAnswer(site, place, states.get(place.name))),
    more: found.length > MAX_TOLD,
  });
};

/** A node of which nothing could be read is told of only where nothing else is known of it, or since. */
const subjectsFor = ({ subjects }: Site, { nodes, name }: Question): readonly KnownSubject[] => {
  const all = new Set([
    ...(name === undefined ? [] : subjects.find({ name })),
    ...nodes.flatMap((node) => subjects.find({ node })),
  ]);
  const known = [...all];
  return known.filter(
    ({ uid, node, end }) =>
      uid !== '' || (end !== undefined && !known.some((other) => other.uid !== '' && other.node === node && other.end)),
  );
};

const tell = (
  { context, placeParts }: Site,
  subject: KnownSubject,
  places: readonly PlaceOptions[],
  states: States,
): Subject => {
  const { clock } = context;
  const wall = (monotonicMs: number): number => clock.now() - clock.monotonic() + monotonicMs;
  const { uid, callsign, kind, node, mesh, agent, link, heardMs, staleMs, position, end } = subject;
  const findings = (name: string) => states.get(name)?.findings ?? [];
  return create(SubjectSchema, {
    uid: clip(uid),
    callsign: clip(callsign),
    kind,
    node,
    mesh,
    agent,
    link,
    heardAtMs: wall(heardMs),
    ...position,
    staleAtMs: wall(staleMs),
    ...(end && { reason: end.reason, detail: clip(end.detail) }),
    places:
      link === ''
        ? [...placesOnLinks(subject, places, findings, placeParts)]
        : [...placesOnMeshes(subject, placeParts)],
  });
};

const clip = (text: string): string => printable(text.slice(0, MAX_TEXT));

const linkAnswer = (
  { placeParts, filterCounts }: Site,
  place: PlaceOptions,
  state: ServerState | undefined,
): LinkAnswer => {
  const { name, direction, isListener, isIntroduced } = place;
  const status = placeParts.linkStatus(name);
  const own = status === undefined ? [] : findingsOfLink({ status, direction, isListener, isIntroduced });
  const rules = [...filterCounts.of(name, 'out', place.out), ...filterCounts.of(name, 'in', place.in)];
  return create(LinkAnswerSchema, {
    link: status ?? create(LinkStatusSchema, { name }),
    direction,
    findings: [...own, ...(state?.findings ?? [])].map((finding) => create(FindingSchema, finding)),
    channels: (state?.view?.channels ?? []).map((channel) =>
      create(TakChannelSchema, {
        name: clip(channel.name),
        write: accesses[channel.write],
        read: accesses[channel.read],
      }),
    ),
    rules: rules.map((rule) => create(RuleCountSchema, rule)),
  });
};

const accesses = {
  none: TakChannel_Access.NONE,
  off: TakChannel_Access.OFF,
  on: TakChannel_Access.ON,
} as const;
