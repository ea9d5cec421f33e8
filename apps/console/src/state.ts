/** All that the console knows, from what the bus says; time comes in as an argument. Pure. */
import type {
  Acknowledgement,
  AgentStatus,
  EventHeard,
  NodeOverride,
  NodeState,
  Outcome,
  OutcomeBatch,
  RoutePackage,
  RxResult,
  ServiceStatus,
} from '@cotbus/contracts';
import {
  clip,
  MAX_AGENTS,
  MAX_ALARMS,
  MAX_CHAT_LINES,
  MAX_FINDINGS,
  MAX_NODES,
  MAX_OUTCOMES,
  MAX_OVERRIDES,
  MAX_ROUTES,
  MAX_SERVICES,
  MAX_TAK_CLIENTS,
  MAX_UNITS,
} from './bounds.ts';
import { createEvents } from './events.ts';
import { createFates } from './fates.ts';
import { createFindings } from './findings.ts';
import { createHeartbeats } from './heartbeats.ts';
import { heardFromTak, heardOnMesh } from './heard-event.ts';
import { createNodes } from './nodes.ts';
import type { Nodes } from './nodes.ts';
import { ourTime } from './our-time.ts';
import { createOutcomes } from './outcomes.ts';
import { showOverride } from './shown-override.ts';
import { createRecords, createRevisions } from './records.ts';
import type { Records } from './records.ts';
import { isSimulated } from './simulated.ts';
import { createStatusBoard } from './status-board.ts';
import type { About, AlarmView, CollectionName, Collections, View, ViewChanges } from './view.ts';

export interface ConsoleState {
  /** Each takes one message of the bus; undefined when a retained one was cleared. Any message is taken. */
  node(state: NodeState | undefined, ids: { agent: string; num: string }, nowMs: number): void;
  agent(status: AgentStatus | undefined, ids: { agent: string }, nowMs: number): void;
  service(status: ServiceStatus | undefined, ids: { name: string; instance: string }, nowMs: number): void;
  route(route: RoutePackage | undefined, ids: { hash: string }, nowMs: number): void;
  outcomes(batch: OutcomeBatch, nowMs: number): void;
  /** What an owner answered that was asked for what it has recorded before. */
  pastOutcomes(batch: OutcomeBatch, nowMs: number): void;
  result(result: RxResult, nowMs: number): void;
  fromTak(heard: EventHeard, nowMs: number): void;
  /** The console's own connection to the broker came or went. */
  bus(connected: boolean): void;
  /** @returns the alarm; undefined when there is none, or somebody was faster. */
  acknowledge(key: string, by: string, nowMs: number): AlarmView | undefined;
  /** Somebody has said so at a console, perhaps at this one. */
  acknowledged(acknowledgement: Acknowledgement, nowMs: number): void;
  /** Undefined when nothing is said of the node any more. */
  override(override: NodeOverride | undefined, num: string, nowMs: number): void;
  readonly alarms: readonly AlarmView[];
  /** Counts up with every change, also with those that time alone makes: heartbeats that stay out, things long stale. */
  revision(nowMs: number): number;
  /** In each collection what changed last comes first. */
  view(nowMs: number): View;
  /** What changed after that revision; everything for undefined. */
  changes(since: number | undefined, nowMs: number): ViewChanges;
}

export interface StateOptions {
  readonly name: string;
  readonly startedMs: number;
  /** Those of an earlier run. */
  readonly alarms?: readonly AlarmView[];
}

/** Whoever is alive has said so by then, whatever its clock says. */
const LOOK_AFTER_MS = 12_000;
/** Long stale things leave the page at this pace. */
const PRUNE_EVERY_MS = 60_000;

export const createState = ({ name, startedMs, alarms }: StateOptions): ConsoleState => {
  const revisions = createRevisions();
  const records = createCollections(revisions);
  const heartbeats = createHeartbeats();
  const statuses = createStatusBoard(heartbeats, records);
  const findings = createFindings(records.findings);
  const fates = createFates();
  const nodes = createNodes(records.nodes, (mesh, num) => fates.of(mesh, num));
  const outcomes = createOutcomes(records.outcomes);
  const events = createEvents(records, alarms);
  let connected = false;
  let prunedMs = startedMs;

  const hasLooked = (nowMs: number): boolean => connected && nowMs - startedMs >= LOOK_AFTER_MS;
  const pass = (nowMs: number): void => {
    statuses.pass(nowMs);
    if (hasLooked(nowMs)) findings.look(statuses.site(nowMs));
    if (nowMs - prunedMs < PRUNE_EVERY_MS && nowMs >= prunedMs) return;
    prunedMs = nowMs;
    events.prune(nowMs);
  };
  const about = (nowMs: number): About => ({
    name,
    nowMs,
    sinceMs: startedMs,
    bus: connected,
    simulated: isSimulated([...records.agents.values()], records.nodes.values(), records.units.values()),
    hasLooked: hasLooked(nowMs),
    outcomeCounts: { ...outcomes.counts },
    outcomesMissed: outcomes.missed,
    alarmsMissed: events.alarms.missed,
  });

  return {
    node: (node, ids, nowMs) => {
      if (node === undefined) nodes.remove(ids.agent, ids.num);
      else nodes.put(node, heartbeats.behindMs(ids.agent), nowMs);
    },
    agent: (status, ids, nowMs) => statuses.agent(status, ids, nowMs),
    service: (status, ids, nowMs) => statuses.service(status, ids, nowMs),
    route: (route, { hash }, nowMs) => {
      if (route === undefined) records.routes.delete(hash);
      else records.routes.set(hash, readRoute(route, nowMs));
    },
    outcomes: (batch, nowMs) => {
      const taken = outcomes.take(batch, heartbeats.behindMs(batch.owner), nowMs);
      tellNodes(nodes, taken, (outcome, atMs) => fates.note(outcome, atMs));
    },
    pastOutcomes: ({ owner, outcomes: past }, nowMs) => {
      const taken = outcomes.takePast(owner, past, heartbeats.behindMs(owner), nowMs);
      tellNodes(nodes, taken, (outcome, atMs) => fates.notePast(outcome, atMs));
    },
    result: (result, nowMs) => events.take(heardOnMesh(result, nowMs)),
    fromTak: (heard, nowMs) => events.take(heardFromTak(heard, nowMs)),
    bus: (isConnected) => {
      if (connected && !isConnected) heartbeats.reset();
      connected = isConnected;
      revisions.next();
    },
    acknowledge: (key, by, nowMs) => (events.alarms.acknowledge(key, by, nowMs) ? records.alarms.get(key) : undefined),
    acknowledged: ({ key, by, console, atMs: theirMs, holdsMs }, nowMs) => {
      const atMs = ourTime(theirMs, heartbeats.behindMs(console), nowMs);
      events.alarms.acknowledgedElsewhere(clip(key), { by: clip(by, MAX_BY), atMs }, atMs + holdsMs);
    },
    override: (override, num, nowMs) =>
      showOverride(records.overrides, { num, override, nowMs }, (console) => heartbeats.behindMs(console)),
    get alarms() {
      return [...records.alarms.values()];
    },
    revision: (nowMs) => {
      pass(nowMs);
      return revisions.current;
    },
    view: (nowMs) => {
      pass(nowMs);
      const newestFirst = mapCollections(records, (all) => [...all.values()].toReversed());
      return { ...about(nowMs), ...newestFirst } as View;
    },
    changes: (since, nowMs) => ({ about: about(nowMs), ...changesOf(records, since) }),
  };
};

/** What it tells of nodes that their packets ended so. */
const tellNodes = (
  nodes: Nodes,
  taken: readonly { readonly outcome: Outcome; readonly atMs: number }[],
  note: (outcome: Outcome, atMs: number) => boolean,
): void => {
  for (const { outcome, atMs } of taken) {
    if (outcome.node !== 0) nodes.spoke(outcome.mesh, outcome.node, outcome.port);
    if (note(outcome, atMs)) nodes.decided(outcome.mesh, outcome.node);
  }
};

type AllRecords = { readonly [N in CollectionName]: Records<Collections[N]> };

const createCollections = (revisions: ReturnType<typeof createRevisions>): AllRecords => ({
  agents: createRecords(revisions, MAX_AGENTS),
  services: createRecords(revisions, MAX_SERVICES),
  clients: createRecords(revisions, MAX_TAK_CLIENTS),
  overrides: createRecords(revisions, MAX_OVERRIDES),
  findings: createRecords(revisions, MAX_FINDINGS),
  nodes: createRecords(revisions, MAX_NODES),
  units: createRecords(revisions, MAX_UNITS),
  alarms: createRecords(revisions, MAX_ALARMS),
  chats: createRecords(revisions, MAX_CHAT_LINES),
  outcomes: createRecords(revisions, MAX_OUTCOMES),
  routes: createRecords(revisions, MAX_ROUTES),
});

const mapCollections = <T>(records: AllRecords, read: (all: Records<unknown>) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(records).map(([name, all]) => [name, read(all as Records<unknown>)]));

const changesOf = (records: AllRecords, since: number | undefined): Pick<ViewChanges, 'whole' | 'changes'> => {
  const read = mapCollections(records, (all) => all.since(since ?? 0));
  const isWhole = since === undefined || Object.values(read).includes(undefined);
  const changes = isWhole
    ? mapCollections(records, (all) => ({ put: [...all.values()], gone: [] }))
    : Object.fromEntries(
        Object.entries(read).filter(([, of]) => of !== undefined && of.put.length + of.gone.length > 0),
      );
  return { whole: isWhole, changes };
};

/** Characters of the name of a person. */
const MAX_BY = 60;

const readRoute = (route: RoutePackage, nowMs: number): Collections['routes'] => ({
  key: clip(route.hash),
  name: clip(route.name),
  uid: clip(route.uid),
  fileName: clip(route.fileName),
  packager: clip(route.packager),
  sizeBytes: route.sizeBytes,
  points: route.points,
  atMs: ourTime(route.atMs, 0, nowMs),
});
