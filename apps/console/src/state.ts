/** All that the console knows, from what the bus says; time comes in as an argument. Pure. */
import type { AgentStatus, NodeState, OutcomeBatch, RxResult, ServiceStatus } from '@cotbus/contracts';
import { MAX_AGENTS, MAX_SERVICES, setBounded } from './bounds.ts';
import { createFates } from './fates.ts';
import { createHeartbeats } from './heartbeats.ts';
import { createNodes } from './nodes.ts';
import { createOutcomes } from './outcomes.ts';
import { isSimulated } from './simulated.ts';
import { readAgent, readService, viewAgent, viewService } from './statuses.ts';
import type { KnownAgent, KnownService } from './statuses.ts';
import { createUnits } from './units.ts';
import type { View } from './view.ts';

export interface ConsoleState {
  /** Each takes one message of the bus; undefined when a retained one was cleared. Any message is taken. */
  node(state: NodeState | undefined, ids: { agent: string; num: string }, nowMs: number): void;
  agent(status: AgentStatus | undefined, ids: { agent: string }, nowMs: number): void;
  service(status: ServiceStatus | undefined, ids: { name: string; instance: string }, nowMs: number): void;
  outcomes(batch: OutcomeBatch, nowMs: number): void;
  result(result: RxResult, nowMs: number): void;
  /** The console's own connection to the broker came or went. */
  bus(connected: boolean): void;
  /** Another text when a view would differ in more than its ages. */
  revision(nowMs: number): string;
  view(nowMs: number): View;
}

export const createState = (name: string, startedMs: number): ConsoleState => {
  const agents = new Map<string, KnownAgent>();
  const services = new Map<string, KnownService>();
  const heartbeats = createHeartbeats();
  const nodes = createNodes();
  const fates = createFates();
  const outcomes = createOutcomes();
  const units = createUnits();
  let connected = false;
  let changes = 0;

  const state: Omit<ConsoleState, 'view'> = {
    node: (node, ids, nowMs) => {
      changes += 1;
      if (node === undefined) nodes.remove(ids.agent, ids.num);
      else nodes.put(node, heartbeats.behindMs(ids.agent), nowMs);
    },
    agent: (status, ids, nowMs) => {
      changes += 1;
      const key = agentKey(ids.agent);
      if (status === undefined) {
        agents.delete(key);
        heartbeats.forget(key);
      } else {
        setBounded(agents, key, readAgent(status), MAX_AGENTS);
        heartbeats.heard(key, ids.agent, status, nowMs);
      }
    },
    service: (status, ids, nowMs) => {
      changes += 1;
      const key = serviceKey(ids);
      if (status === undefined) {
        services.delete(key);
        heartbeats.forget(key);
      } else {
        setBounded(services, key, readService(status), MAX_SERVICES);
        heartbeats.heard(key, ids.instance, status, nowMs);
      }
    },
    outcomes: (batch, nowMs) => {
      changes += 1;
      for (const { outcome, atMs } of outcomes.take(batch, heartbeats.behindMs(batch.owner), nowMs)) {
        fates.note(outcome, atMs);
      }
    },
    result: (result, nowMs) => {
      if (units.take(result, nowMs)) changes += 1;
    },
    bus: (isConnected) => {
      if (connected && !isConnected) heartbeats.reset();
      connected = isConnected;
      changes += 1;
    },
    revision: (nowMs) => `${changes}.${heartbeats.freshCount(nowMs)}`,
  };

  const view = (nowMs: number): View => {
    const nodeViews = nodes.view(nowMs, (mesh, num) => fates.of(mesh, num, nowMs));
    const unitViews = units.view(nowMs);
    const agentViews = sortedByKey(agents).map(([key, known]) =>
      viewAgent(known, heartbeats.isFresh(key, nowMs), heartbeats.behindMs(known.agent), nowMs),
    );
    return {
      name,
      watchingMs: Math.max(0, nowMs - startedMs),
      bus: connected,
      simulated: isSimulated(agentViews, nodeViews.shown, unitViews),
      agents: agentViews,
      services: sortedByKey(services).map(([key, known]) =>
        viewService(known, heartbeats.isFresh(key, nowMs), heartbeats.behindMs(known.instance), nowMs),
      ),
      nodes: nodeViews.shown,
      nodesKnown: nodeViews.known,
      units: unitViews,
      ...outcomes.view(nowMs),
    };
  };
  return { ...state, view };
};

const agentKey = (agent: string): string => `agent/${agent}`;
const serviceKey = (ids: { name: string; instance: string }): string => `service/${ids.name}/${ids.instance}`;

const sortedByKey = <V>(map: ReadonlyMap<string, V>): [string, V][] =>
  [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
