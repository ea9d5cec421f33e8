/** What radios and services last said of themselves. Pure. */
import type { AgentStatus, LinkStatus, ServiceStatus } from '@cotbus/contracts';
import {
  KeyKind,
  kindText,
  LinkState,
  nodeText,
  reasonText,
  RadioIdentity_State as IdentityState,
} from '@cotbus/contracts';
import { clip, MAX_AIR_KINDS, MAX_CHANNELS, MAX_FAULTS, MAX_IDENTITIES, MAX_LINKS } from './bounds.ts';
import { dialectText } from './dialects.ts';
import { ourTime } from './our-time.ts';
import type { AgentView, AirView, ClientView, IdentityView, KeyText, LinkText, LinkView, ServiceView } from './view.ts';

/** Whether its author is alive and what its clock says, at the moment of a view. */
type Liveness = Pick<AgentView, 'heartbeatMs' | 'clockBehindMs'>;

/** `status` as it came, for the doctor; `seenMs`: when. */
type Known<V, S> = Omit<V, 'key' | keyof Liveness> & {
  readonly status: S;
  readonly atMs: number;
  readonly seenMs: number;
};
export type KnownAgent = Known<AgentView, AgentStatus>;
export type KnownService = Known<Omit<ServiceView, 'startedMs'>, ServiceStatus> & { readonly startedAtMs: number };

export const readAgent = (status: AgentStatus, nowMs: number): KnownAgent => ({
  status,
  agent: clip(status.agent),
  mesh: clip(status.mesh),
  online: status.online,
  atMs: status.atMs,
  seenMs: nowMs,
  link: linkTexts[status.link] ?? 'unknown',
  linkDetail: clip(status.linkDetail),
  transport: clip(status.transport),
  firmwareVersion: clip(status.firmwareVersion),
  supportsTakV2: status.capabilities?.supportsTakV2 ?? false,
  takV1Usable: status.capabilities?.takV1Usable ?? false,
  sends: dialectText(status.dialect),
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
  channelUtilization: finite(status.channelUtilization),
  airUtilTx: finite(status.airUtilTx),
  txClosed: clip(status.txClosed),
  txWaiting: status.txWaiting,
  air: readAir(status),
  nodesKnown: status.nodesKnown,
  identities: status.identities.slice(0, MAX_IDENTITIES).map((identity) => ({
    node: nodeText(identity.node),
    state: identityStates[identity.state] ?? 'not_asked',
    team: clip(identity.team),
    role: clip(identity.role),
    detail: clip(identity.detail),
  })),
});

export const readService = (status: ServiceStatus, nowMs: number): KnownService => ({
  status,
  name: clip(status.name),
  instance: clip(status.instance),
  online: status.online,
  atMs: status.atMs,
  seenMs: nowMs,
  startedAtMs: status.startedAtMs,
  version: clip(status.version),
  ready: status.ready,
  faults: status.faults.slice(0, MAX_FAULTS).map((fault) => clip(fault)),
  destination: clip(status.destination?.name ?? ''),
  links: status.links
    .filter(({ client }) => client === undefined)
    .slice(0, MAX_LINKS)
    .map(readLink),
});

/** Clients of its listeners, without what a view says of all of them. */
export const readClients = (
  { links, instance }: ServiceStatus,
  behindMs: number,
  nowMs: number,
): readonly ClientView[] =>
  links.flatMap(({ name, client }) => {
    if (client === undefined) return [];
    const momentOf = (ms: number): number | null => (ms > 0 ? ourTime(ms, behindMs, nowMs) : null);
    const view = {
      key: clip(`${instance}/${name}`),
      egress: clip(instance),
      name: clip(name),
      listener: clip(client.listener),
      address: clip(client.address),
      callsign: clip(client.callsign),
      uid: clip(client.uid),
      certificate: clip(client.certificate),
      fingerprint: clip(client.fingerprint),
      sinceMs: momentOf(client.sinceMs),
      heardMs: momentOf(client.heardMs),
    };
    return [view];
  });

const readAir = ({ air }: AgentStatus): AirView => ({
  limitMs: air?.limitMs ?? null,
  spentMs: air?.spentMs ?? 0,
  kinds: (air?.kinds ?? []).slice(0, MAX_AIR_KINDS).map(({ kind, waiting, sent, packets, airMs, refused }) => ({
    kind: kindText(kind),
    waiting,
    sent,
    packets,
    airMs,
    refused: refused.slice(0, MAX_REASONS).map(({ reason, count }) => ({ reason: reasonText(reason), count })),
  })),
});

/** More than there are. */
const MAX_REASONS = 64;

const readLink = (link: LinkStatus): LinkView => ({
  name: clip(link.name),
  transport: clip(link.transport),
  address: clip(link.address),
  state: linkTexts[link.state] ?? 'unknown',
  clients: link.clients,
  waiting: link.waiting,
  lastError: clip(link.lastError),
});

/** JSON has no word for the others. */
const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** `fresh`: its heartbeat is young enough. Online without one is offline. */
export const viewAgent = (known: KnownAgent, key: string, fresh: boolean, behindMs: number): AgentView => {
  const { status: _, online, atMs, seenMs, ...rest } = known;
  return { key, ...rest, online: online && fresh, ...liveness(atMs, behindMs, seenMs) };
};

export const viewService = (known: KnownService, key: string, fresh: boolean, behindMs: number): ServiceView => {
  const { status: _, online, atMs, seenMs, startedAtMs, ...rest } = known;
  const startedMs = ourTime(startedAtMs, behindMs, seenMs);
  return { key, ...rest, online: online && fresh, ...liveness(atMs, behindMs, seenMs), startedMs };
};

const liveness = (atMs: number, behindMs: number, seenMs: number): Liveness => ({
  // A last will may carry no time.
  heartbeatMs: atMs > 0 ? ourTime(atMs, behindMs, seenMs) : null,
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

const identityStates: Readonly<Record<number, IdentityView['state']>> = {
  [IdentityState.ASKING]: 'asking',
  [IdentityState.ANSWERED]: 'answered',
  [IdentityState.NO_ANSWER]: 'no_answer',
  [IdentityState.NOT_STORED]: 'not_stored',
  [IdentityState.REFUSED]: 'refused',
  [IdentityState.WRITING]: 'writing',
};
