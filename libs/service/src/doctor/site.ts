/** What the checks of the doctor look at: the radios and services of a site, as they say of themselves on the bus. */
import { Finding_Level, LinkState } from '@cotbus/contracts';
import type { AgentStatus, Finding, ServiceStatus } from '@cotbus/contracts';

/** A status and its author. */
export interface Seen<S> {
  readonly status: S;
  /** It says that it is online, and its heartbeat is fresh. */
  readonly isAlive: boolean;
  /** Of its clock before ours, by a heartbeat that came while we watched; undefined when none did. */
  readonly clockAheadMs: number | undefined;
}

export interface Site {
  readonly agents: readonly Seen<AgentStatus>[];
  readonly services: readonly Seen<ServiceStatus>[];
}

/** Without what protobuf adds. */
export type FindingFields = Pick<Finding, 'code' | 'level' | 'about' | 'cause' | 'remedy'>;

/** A family of findings. To add one: a file with it, a line in checks.ts, and its codes in docs/OPERATIONS.md. */
export interface Check {
  /** Every code it can give. */
  readonly codes: readonly string[];
  /** Pure. Text of others is made printable where it is printed. */
  look(site: Site): readonly FindingFields[];
}

type Words = Pick<FindingFields, 'about' | 'cause' | 'remedy'>;

export const fault = (code: string, words: Words): FindingFields => ({ code, level: Finding_Level.FAULT, ...words });
export const warning = (code: string, words: Words): FindingFields => ({
  code,
  level: Finding_Level.WARNING,
  ...words,
});
export const note = (code: string, words: Words): FindingFields => ({ code, level: Finding_Level.NOTE, ...words });

/** Agents that are there. */
export const aliveAgents = ({ agents }: Site): readonly AgentStatus[] =>
  agents.filter(({ isAlive }) => isAlive).map(({ status }) => status);

/** Of those, the ones with a radio of their own whose settings are known; an uplink has none. */
export const agentsWithRadio = (site: Site): readonly AgentStatus[] =>
  aliveAgents(site).filter(({ transport, node }) => transport !== 'mqtt' && node !== 0);

export const isOpen = ({ link }: AgentStatus): boolean => link === LinkState.OPEN;

/** Such as `3 min`, `2 h`, `5 days`. */
export const duration = (ms: number): string => {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  if (minutes < 1) return `${Math.round(Math.abs(ms) / 1000)} s`;
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
};
