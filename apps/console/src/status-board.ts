/** Which agents and services there are, and which of them are alive. Pure. */
import type { AgentStatus, ServiceStatus } from '@cotbus/contracts';
import { MAX_AGENTS, MAX_SERVICES, setBounded } from './bounds.ts';
import type { Site } from './findings.ts';
import type { Heartbeats } from './heartbeats.ts';
import type { Records } from './records.ts';
import { readAgent, readClients, readService, viewAgent, viewService } from './statuses.ts';
import type { KnownAgent, KnownService } from './statuses.ts';
import type { AgentView, ClientView, ServiceView } from './view.ts';

export interface StatusBoard {
  /** Undefined when the retained status was cleared. */
  agent(status: AgentStatus | undefined, ids: { agent: string }, nowMs: number): void;
  service(status: ServiceStatus | undefined, ids: { name: string; instance: string }, nowMs: number): void;
  /** Who has fallen silent says nothing of it. */
  pass(nowMs: number): void;
  /** All of them, for the doctor. */
  site(nowMs: number): Site;
}

export const createStatusBoard = (
  heartbeats: Heartbeats,
  records: {
    readonly agents: Records<AgentView>;
    readonly services: Records<ServiceView>;
    readonly clients: Records<ClientView>;
  },
): StatusBoard => {
  const agents = new Map<string, KnownAgent>();
  const services = new Map<string, KnownService>();
  const seenOf = <S>(key: string, clock: string, status: S, nowMs: number) => {
    const behindMs = heartbeats.behindMs(clock);
    return { status, isAlive: heartbeats.isFresh(key, nowMs), clockAheadMs: behindMs === 0 ? undefined : -behindMs };
  };

  const showAgent = (key: string, known: KnownAgent, nowMs: number): void =>
    records.agents.set(key, viewAgent(known, key, heartbeats.isFresh(key, nowMs), heartbeats.behindMs(known.agent)));
  const showService = (key: string, known: KnownService, nowMs: number): void =>
    records.services.set(
      key,
      viewService(known, key, heartbeats.isFresh(key, nowMs), heartbeats.behindMs(known.instance)),
    );

  const showClients = (egress: string, now: readonly ClientView[]): void => {
    const keys = new Set(now.map(({ key }) => key));
    const gone = [...records.clients.values()].filter((client) => client.egress === egress && !keys.has(client.key));
    for (const { key } of gone) records.clients.delete(key);
    for (const client of now) records.clients.set(client.key, client);
  };

  return {
    agent: (status, ids, nowMs) => {
      const key = `agent/${ids.agent}`;
      if (status === undefined) {
        agents.delete(key);
        heartbeats.forget(key);
        records.agents.delete(key);
        return;
      }
      const known = readAgent(status, nowMs);
      setBounded(agents, key, known, MAX_AGENTS);
      heartbeats.heard(key, ids.agent, status, nowMs);
      showAgent(key, known, nowMs);
    },
    service: (status, ids, nowMs) => {
      const key = `service/${ids.name}/${ids.instance}`;
      if (status === undefined) {
        services.delete(key);
        heartbeats.forget(key);
        records.services.delete(key);
        showClients(ids.instance, []);
        return;
      }
      const known = readService(status, nowMs);
      setBounded(services, key, known, MAX_SERVICES);
      heartbeats.heard(key, ids.instance, status, nowMs);
      showService(key, known, nowMs);
      showClients(ids.instance, status.online ? readClients(status, heartbeats.behindMs(ids.instance), nowMs) : []);
    },
    pass: (nowMs) => {
      for (const [key, known] of agents) showAgent(key, known, nowMs);
      for (const [key, known] of services) showService(key, known, nowMs);
    },
    site: (nowMs) => ({
      agents: [...agents].map(([key, { agent, status }]) => seenOf(key, agent, status, nowMs)),
      services: [...services].map(([key, { instance, status }]) => seenOf(key, instance, status, nowMs)),
    }),
  };
};
