/**
 * What an agent says of its radio on `mesh/<agent>/status`: at once when its link opens or breaks, for that decides who sends;
 * on other changes at most once a second; and as a heartbeat.
 */
import { create } from '@bufbuild/protobuf';
import {
  AgentStatusSchema,
  CapabilitiesSchema,
  ChannelStatusSchema,
  ClockCheckSchema,
  LinkState,
  UnreadChannelSchema,
} from '@cotbus/contracts';
import type { AgentStatus, AirKind, ChannelStatus, Dialect, Finding, RadioIdentity, V2Form } from '@cotbus/contracts';
import { capabilities } from '@cotbus/meshtastic';
import type { RadioInfo } from '@cotbus/meshtastic';
import type { Bus, Clock, SetGauge } from '@cotbus/service';
import type { MeshFacts } from './mesh-watch.ts';
import type { DialectsHeard } from './peers-heard.ts';

const HEARTBEAT_MS = 10_000;
/** Changes closer together than this are published as one. */
const MIN_PUBLISH_MS = 1_000;

/** What changes about a radio. */
export interface RadioState {
  readonly link: LinkState;
  readonly linkDetail: string;
  readonly radio: RadioInfo | undefined;
  readonly dialect: Dialect;
  /** In words. */
  readonly dialectWhy: string;
  readonly heard: DialectsHeard;
  readonly v2Form: V2Form;
  readonly txClosed: string;
  readonly txWaiting: number;
  /** Own airtime of the last hour; `limitMs` undefined: no limit. */
  readonly air: { readonly limitMs: number | undefined; readonly spentMs: number };
  /** What came of TAK within it. */
  readonly airKinds: readonly AirKind[];
  readonly nodesKnown: number;
  readonly channelUtilization: number | undefined;
  readonly airUtilTx: number | undefined;
  readonly nodeName: string;
  readonly formerNode: number;
  readonly transport: string;
  readonly sends: boolean;
  readonly silentAlarmMs: number;
  readonly facts: MeshFacts;
  readonly identities: readonly RadioIdentity[];
  readonly findings: readonly Finding[];
}

export const channelStatuses = (radio: RadioInfo | undefined): ChannelStatus[] =>
  (radio?.channels ?? []).map(({ index, name, key, role, hash }) =>
    create(ChannelStatusSchema, { index, name, key, primary: role === 'primary', hash }),
  );

/** What the broker publishes when the agent's connection is cut. */
export const agentWill = (agent: string, mesh: string) => ({
  name: 'agentStatus' as const,
  message: create(AgentStatusSchema, { agent, mesh, online: false, link: LinkState.CLOSED }),
});

const statusMessage = (agent: string, mesh: string, atMs: number, state: RadioState): AgentStatus => {
  const { radio, channelUtilization, airUtilTx, transport, sends, formerNode } = state;
  return create(AgentStatusSchema, {
    agent,
    mesh,
    online: true,
    atMs,
    link: state.link,
    linkDetail: state.linkDetail,
    firmwareVersion: radio?.firmwareVersion ?? '',
    capabilities: create(CapabilitiesSchema, capabilities(radio?.firmwareVersion ?? '', radio?.role ?? 0)),
    node: radio?.node ?? 0,
    nodeName: state.nodeName,
    region: radio?.region ?? '',
    modemPreset: radio?.modemPreset ?? '',
    channels: channelStatuses(radio),
    ...(channelUtilization !== undefined && { channelUtilization }),
    ...(airUtilTx !== undefined && { airUtilTx }),
    dialect: state.dialect,
    dialectWhy: state.dialectWhy,
    v2Form: state.v2Form,
    onlyV1: state.heard.v1,
    onlyV2: state.heard.onlyV2,
    air: airBudget(state.air, state.airKinds),
    txClosed: state.txClosed,
    txWaiting: state.txWaiting,
    nodesKnown: state.nodesKnown,
    role: radio?.role ?? 0,
    rebroadcastMode: radio?.rebroadcastMode ?? '',
    txEnabled: radio?.txEnabled ?? false,
    managed: radio?.managed ?? false,
    locked: radio?.locked ?? false,
    publicKey: radio?.publicKey ?? new Uint8Array(),
    transport,
    sends,
    formerNode,
    silentAlarmMs: state.silentAlarmMs,
    ...noticed(state.facts),
    identities: [...state.identities],
    findings: [...state.findings],
  });
};

const airBudget = ({ limitMs, spentMs }: RadioState['air'], kinds: RadioState['airKinds']) => ({
  spentMs: Math.round(spentMs),
  kinds: [...kinds],
  ...(limitMs !== undefined && { limitMs: Math.round(limitMs) }),
});

/** Of what the agent noticed about its mesh. */
const noticed = ({ heardAgeMs, listeningMs, gpsAheadMs, gpsNodes, radioAheadMs, unread }: MeshFacts) => ({
  ...(heardAgeMs !== undefined && { heardAgeMs: whole(heardAgeMs) }),
  listeningMs: whole(listeningMs),
  clockCheck: create(ClockCheckSchema, {
    gpsNodes,
    ...(gpsAheadMs !== undefined && { gpsAheadMs }),
    ...(radioAheadMs !== undefined && { radioAheadMs }),
  }),
  unread: unread.map(({ ageMs, ...row }) => create(UnreadChannelSchema, { ...row, lastAgeMs: whole(ageMs) })),
});

const MAX_AGE_MS = 0xffff_ffff;
const whole = (ms: number): number => Math.min(Math.round(ms), MAX_AGE_MS);

const MS_PER_SECOND = 1000;

const showFigures = (gauge: SetGauge, { air, facts, nodesKnown, txWaiting, channelUtilization }: RadioState): void => {
  const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / MS_PER_SECOND);
  gauge('radio_nodes', nodesKnown);
  gauge('radio_waiting', txWaiting);
  gauge('radio_heard_age_seconds', seconds(facts.heardAgeMs));
  gauge('radio_channel_utilization_percent', channelUtilization);
  gauge('radio_air_spent_seconds', seconds(air.spentMs));
  gauge('radio_air_limit_seconds', seconds(air.limitMs));
};

export interface AgentStatusReport {
  changed(): void;
  /** Says offline, and nothing more. */
  close(): void;
}

export const createAgentStatus = ({
  agent,
  mesh,
  bus,
  clock,
  gauge,
  state,
}: {
  readonly agent: string;
  readonly mesh: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly gauge: SetGauge;
  readonly state: () => RadioState;
}): AgentStatusReport => {
  let publishedMs = Number.NEGATIVE_INFINITY;
  let publishedLink = LinkState.UNSPECIFIED as LinkState;
  let cancel: (() => void) | undefined;
  const publish = (): void => {
    cancel?.();
    cancel = undefined;
    publishedMs = clock.monotonic();
    const now = state();
    publishedLink = now.link;
    bus.publish('agentStatus', statusMessage(agent, mesh, clock.now(), now));
    showFigures(gauge, now);
  };
  const endHeartbeat = clock.every(HEARTBEAT_MS, publish);
  return {
    changed: () => {
      const waitMs = publishedMs + MIN_PUBLISH_MS - clock.monotonic();
      if (waitMs <= 0 || state().link !== publishedLink) publish();
      else cancel ??= clock.after(waitMs, publish);
    },
    close: () => {
      endHeartbeat();
      cancel?.();
      bus.publish('agentStatus', agentWill(agent, mesh).message);
    },
  };
};
