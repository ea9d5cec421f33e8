/**
 * One connection to the broker of a mesh, in the place of a link to a radio: subscriptions, what is heard, what is sent. It is
 * opened again as a new one by the supervisor in agent.ts; the uplink, which knows what came and what was sent, outlives it.
 */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { announcement, encodeDownlink, uplinkFilters } from '@cotbus/meshtastic';
import type { ChannelSecret, DownlinkSender, RadioInfo, Uplink } from '@cotbus/meshtastic';
import type { Clock, ServiceReport } from '@cotbus/service';
import type { Announcements } from './announcements.ts';
import type { BrokerConnection, BrokerConnectionOptions } from './broker-connection.ts';
import type { RadioLink } from './radio-link.ts';
import type { RadioOutput } from './radio-output.ts';
import type { Refusal } from './refusal.ts';
import type { UplinkFindings } from './uplink-findings.ts';
import { unreadRefusal } from './unread-text.ts';

/** A broker has no queue that we could fill: always as much room as the shortest queue of a radio. */
const BROKER_QUEUE = { free: 16, maxlen: 16 };

/** What outlives the connections. */
export interface UplinkParts {
  readonly clock: Clock;
  readonly status: Pick<ServiceReport, 'count'>;
  readonly uplink: Uplink;
  readonly sender: DownlinkSender;
  /** The primary one first. */
  readonly channels: readonly ChannelSecret[];
  /** What we say of ourselves as a radio would. Its hop limit is meant as it is: 0 reaches the gateways alone. */
  readonly radio: RadioInfo;
  readonly longName: string;
  readonly shortName: string;
  /** Index of the channel to introduce ourselves on; undefined when we stay silent. */
  readonly announceOn: number | undefined;
  readonly announcements: Announcements;
  readonly findings: UplinkFindings;
  readonly nextId: () => number;
}

type Output = (output: RadioOutput, link: RadioLink) => void;
/** A new connection each time. */
export type Connect = (onMessage: BrokerConnectionOptions['onMessage']) => Promise<BrokerConnection>;

/** @throws what `connect` throws. */
export const openUplinkLink = async (parts: UplinkParts, connect: Connect, output: Output): Promise<RadioLink> => {
  const { clock, sender, radio, announceOn, announcements, nextId } = parts;
  const { hopLimit } = radio;
  // Nothing comes before the first subscription.
  const connection = await connect((message) => {
    const heard = hear(parts, message);
    if (heard !== undefined) output(heard, link);
  });
  const publish = createPublisher(parts, connection);

  const send: RadioLink['send'] = ({ case: what, value }) => {
    const answer = (given: RadioOutput): void => output(given, link);
    if (what === 'heartbeat') queueMicrotask(() => answer(queueStatus(0)));
    if (what !== 'packet') return;
    // What is to go less far than the others may.
    const hops = Math.min(hopLimit, value.hopLimit);
    const refusal = publish({ ...value, hopLimit: hops }, () => answer(queueStatus(value.id)));
    // The caller knows the packet by its id only when it has it back.
    if (refusal !== undefined) queueMicrotask(() => answer({ kind: 'notSent', packetId: value.id, refusal }));
  };
  const announce = (): void => {
    const packet = announcement({ ...parts, node: sender.node }, { id: nextId(), hopLimit });
    publish({ ...packet, channel: announceOn ?? 0 }, () => {});
  };

  let endAnnouncements = (): void => {};
  const link: RadioLink = {
    send,
    closed: connection.closed.then((why) => {
      endAnnouncements();
      return why;
    }),
    close: () => connection.close(),
  };
  const begin = async (): Promise<void> => {
    const filters = uplinkFilters(sender.root);
    const answers = await Promise.all(filters.map(async (filter) => connection.subscribe(filter)));
    const refused = filters.filter((_, index) => answers[index] === 'refused');
    if (refused.length > 0) return connection.close(refusedText(refused));
    if (answers.includes('ended')) return;
    output({ kind: 'ownNode', info: ownNode(parts, clock.now()) }, link);
    output({ kind: 'ready', radio }, link);
    output({ kind: 'nodesComplete' }, link);
    if (announceOn !== undefined) endAnnouncements = announcements.during(announce);
  };
  void begin();
  return link;
};

/** What a message is to the agent, if anything; what is not is counted. */
const hear = ({ uplink, clock, status, findings }: UplinkParts, message: Parameters<Uplink['message']>[0]) => {
  const heard = uplink.message(message, clock.monotonic());
  findings.heard(heard);
  switch (heard.kind) {
    case 'packet':
      if (heard.variant) status.count('uplink_variants_total');
      return { kind: 'packet', packet: heard.packet, replayed: false } as const;
    case 'unread':
      return { kind: 'unread', packet: heard.packet, refusal: unreadRefusal(heard) } as const;
    case 'copy':
      status.count('uplink_copies_total');
      return heard.better ? ({ kind: 'heardBetter', packet: heard.packet } as const) : undefined;
    case 'mapReport':
      return { kind: 'mapReport', report: heard.report } as const;
    case 'own':
      status.count(`uplink_own_${heard.traffic}_total`);
      return undefined;
    case 'refused':
      status.count(`uplink_refused_${heard.reason}_total`);
      return undefined;
  }
};

/** Publishes a packet for the gateways. @returns why not. */
const createPublisher =
  ({ uplink, clock, sender, channels }: UplinkParts, connection: BrokerConnection) =>
  (packet: meshtastic.MeshPacket, onAcknowledged: () => void): Refusal | undefined => {
    const channel = channels.find(({ index }) => index === packet.channel);
    if (channel === undefined) {
      return { reason: 'radio_refused', detail: `uplink.channels has no channel ${packet.channel}` };
    }
    const downlink = encodeDownlink(sender, channel, packet);
    if (!downlink.ok) {
      const reason = downlink.reason === 'too_large' ? 'too_large' : 'radio_refused';
      return { reason, detail: `the uplink cannot send it: ${downlink.reason} (${downlink.detail})` };
    }
    uplink.sent(packet.id, clock.monotonic());
    connection.publish(downlink.topic, downlink.payload, onAcknowledged);
    return undefined;
  };

const queueStatus = (meshPacketId: number): RadioOutput => ({
  kind: 'queueStatus',
  status: create(meshtastic.QueueStatusSchema, { res: 0, meshPacketId, ...BROKER_QUEUE }),
});

const ownNode = ({ sender, longName, shortName }: UplinkParts, nowMs: number): meshtastic.NodeInfo =>
  create(meshtastic.NodeInfoSchema, {
    num: sender.node,
    user: { longName, shortName, role: meshtastic.Config_DeviceConfig_Role.TAK, isUnmessagable: true },
    lastHeard: Math.floor(nowMs / 1000),
  });

const refusedText = (filters: readonly string[]): string =>
  `the broker refuses the subscription to ${filters.join(', ')}: its access list must allow it`;
