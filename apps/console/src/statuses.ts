/** What radios and services last said of themselves. Pure. */
import type { AgentStatus, LinkStatus, ServiceStatus } from '@cotbus/contracts';
import { KeyKind, LinkState, nodeText } from '@cotbus/contracts';
import { clip, MAX_CHANNELS, MAX_FAULTS, MAX_LINKS } from './bounds.ts';
import { ourTime } from './our-time.ts';
import type { AgentView, KeyText, LinkText, LinkView, ServiceView } from './view.ts';

/** Whether its author is alive and what its clock says, at the moment of a view. */
interface Liveness {
  readonly online: boolean;
  readonly heartbeatAgeMs: number | null;
  readonly clockBehindMs: number;
}

type Known<V> = { readonly online: boolean; readonly atMs: number } & Omit<V, keyof Liveness>;
export type KnownAgent = Known<AgentView>;
export type KnownService = Known<Omit<ServiceView, 'upMs'>> & { readonly startedAtMs: number };

export const readAgent = (status: AgentStatus): KnownAgent => ({
  agent: clip(status.agent),
  mesh: clip(status.mesh),
  online: status.online,
  atMs: status.atMs,
  link: linkTexts[status.link] ?? 'unknown',
  linkDetail: clip(status.linkDetail),
  firmwareVersion: clip(status.firmwareVersion),
  supportsTakV2: status.capabilities?.supportsTakV2 ?? false,
  takV1Usable: status.capabilities?.takV1Usable ?? false,
  node: status.node === 0 ? '' : nodeText(status.node),
  nodeName: clip(status.nodeName),
  region: clip(status.region),
  modemPreset: clip(status.modemPreset),
  channels: status.channels.slice(0, MAX_CHANNELS).map(({ index, name, key, primary }) => ({
    index,
    name: clip(name),
    key: keyTexts[key] ?? 'unknown',
    primary,
  })),
  channelUtilization: status.channelUtilization ?? null,
  airUtilTx: status.airUtilTx ?? null,
  txClosed: clip(status.txClosed),
  txWaiting: status.txWaiting,
  nodesKnown: status.nodesKnown,
});

export const readService = (status: ServiceStatus): KnownService => ({
  name: clip(status.name),
  instance: clip(status.instance),
  online: status.online,
  atMs: status.atMs,
  startedAtMs: status.startedAtMs,
  version: clip(status.version),
  ready: status.ready,
  faults: status.faults.slice(0, MAX_FAULTS).map(clip),
  destination: clip(status.destination?.name ?? ''),
  links: status.links.slice(0, MAX_LINKS).map(readLink),
});

const readLink = (link: LinkStatus): LinkView => ({
  name: clip(link.name),
  transport: clip(link.transport),
  address: clip(link.address),
  state: linkTexts[link.state] ?? 'unknown',
  clients: link.clients,
  waiting: link.waiting,
  lastError: clip(link.lastError),
});

/** `fresh`: its heartbeat is young enough. Online without one is offline. */
export const viewAgent = (known: KnownAgent, fresh: boolean, behindMs: number, nowMs: number): AgentView => {
  const { online, atMs, ...rest } = known;
  return { ...rest, online: online && fresh, ...heartbeat(atMs, behindMs, nowMs) };
};

export const viewService = (known: KnownService, fresh: boolean, behindMs: number, nowMs: number): ServiceView => {
  const { online, atMs, startedAtMs, ...rest } = known;
  const upMs = nowMs - ourTime(startedAtMs, behindMs, nowMs);
  return { ...rest, online: online && fresh, ...heartbeat(atMs, behindMs, nowMs), upMs };
};

const heartbeat = (atMs: number, behindMs: number, nowMs: number): Omit<Liveness, 'online'> => ({
  // A last will may carry no time.
  heartbeatAgeMs: atMs > 0 ? nowMs - ourTime(atMs, behindMs, nowMs) : null,
  clockBehindMs: behindMs,
});

const linkTexts: Readonly<Record<number, LinkText>> = {
  [LinkState.CLOSED]: 'closed',
  [LinkState.OPENING]: 'opening',
  [LinkState.OPEN]: 'open',
  [LinkState.WAITING]: 'waiting',
};

const keyTexts: Readonly<Record<number, KeyText>> = {
  [KeyKind.NONE]: 'none',
  [KeyKind.DEFAULT]: 'default',
  [KeyKind.PRIVATE]: 'private',
};
