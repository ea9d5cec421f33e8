/**
 * What an agent says of its radio on `mesh/<agent>/status`: at once when its link opens or breaks, for that decides who sends;
 * on other changes at most once a second; and as a heartbeat.
 */
import { create } from '@bufbuild/protobuf';
import { AgentStatusSchema, CapabilitiesSchema, ChannelStatusSchema, LinkState } from '@cotbus/contracts';
import type { AgentStatus, ChannelStatus, Dialect, V2Form } from '@cotbus/contracts';
import { capabilities } from '@cotbus/meshtastic';
import type { RadioInfo } from '@cotbus/meshtastic';
import type { Bus, Clock } from '@cotbus/service';

const HEARTBEAT_MS = 10_000;
/** Changes closer together than this are published as one. */
const MIN_PUBLISH_MS = 1_000;

/** What changes about a radio. */
export interface RadioState {
  readonly link: LinkState;
  readonly linkDetail: string;
  readonly radio: RadioInfo | undefined;
  readonly dialect: Dialect;
  readonly v2Form: V2Form;
  readonly txClosed: string;
  readonly txWaiting: number;
  readonly nodesKnown: number;
  readonly channelUtilization: number | undefined;
  readonly airUtilTx: number | undefined;
  readonly nodeName: string;
}

export const channelStatuses = (radio: RadioInfo | undefined): ChannelStatus[] =>
  (radio?.channels ?? []).map(({ index, name, key, role }) =>
    create(ChannelStatusSchema, { index, name, key, primary: role === 'primary' }),
  );

/** What the broker publishes when the agent's connection is cut. */
export const agentWill = (agent: string, mesh: string) => ({
  name: 'agentStatus' as const,
  message: create(AgentStatusSchema, { agent, mesh, online: false, link: LinkState.CLOSED }),
});

const statusMessage = (agent: string, mesh: string, atMs: number, state: RadioState): AgentStatus => {
  const { radio, channelUtilization, airUtilTx } = state;
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
    v2Form: state.v2Form,
    txClosed: state.txClosed,
    txWaiting: state.txWaiting,
    nodesKnown: state.nodesKnown,
  });
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
  state,
}: {
  readonly agent: string;
  readonly mesh: string;
  readonly bus: Bus;
  readonly clock: Clock;
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
