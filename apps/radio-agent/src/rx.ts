/** The receiving side: each packet of the radio becomes an item for the egresses, or ends here with an outcome. */
import { createMessage, freshIdentity, itemKey, meshtastic, nodeText, Reason } from '@cotbus/contracts';
import type { FrameHeard, Item } from '@cotbus/contracts';
import { frameHash } from '@cotbus/meshtastic';
import type { NodeTable } from '@cotbus/meshtastic';
import type { Bus, Clock, DestinationWatch, Logger, Origin, OutcomeLog, ServiceReport } from '@cotbus/service';
import type { RefreshClock } from './refresh.ts';

const { PortNum } = meshtastic;

/** Frames on these ports are contacts themselves. */
const contactPorts: ReadonlySet<number> = new Set([PortNum.POSITION_APP, PortNum.NODEINFO_APP, PortNum.TELEMETRY_APP]);
/** Answers of the mesh to us, the radio's host: they end here. */
const ownPorts: ReadonlySet<number> = new Set([PortNum.ROUTING_APP, PortNum.ADMIN_APP]);

export interface ReceiverParts {
  readonly mesh: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly origin: Origin;
  readonly outcomes: OutcomeLog;
  readonly destinations: DestinationWatch;
  readonly table: NodeTable;
  readonly refreshes: RefreshClock;
  readonly status: ServiceReport;
}

export interface Receiver {
  /** A packet of the radio; the node table has merged it already. */
  packet(packet: meshtastic.MeshPacket): void;
  /** Makes the contact of a node anew, unless that was just done or its user reports to TAK. */
  refresh(num: number): void;
}

export const createReceiver = (parts: ReceiverParts): Receiver => {
  const { mesh, bus, clock, log, origin, outcomes, destinations, table, refreshes, status } = parts;
  const now = () => ({ monotonicMs: clock.monotonic(), wallMs: clock.now() });

  const end = (item: Item, about: { node: number; port: number; packetId: number }, reason: Reason, detail: string) =>
    outcomes.record({ ...(item.id && { item: item.id }), mesh, ...about, reason, detail });

  const publish = (heard: FrameHeard, item: Item): void => {
    const about = { node: heard.from, port: heard.port, packetId: heard.packetId };
    if (item.destinations.length === 0) end(item, about, Reason.NO_DESTINATION, 'no egress is registered');
    else if (!bus.publish('frameHeard', heard)) end(item, about, Reason.NO_DESTINATION, 'the bus is away');
  };

  const senderOf = (num: number) => {
    const sender = table.state(num, now());
    return sender === undefined ? {} : { sender };
  };

  /** Shown by its user's own reports: the worker would refuse the contact. */
  const isTakUser = (num: number): boolean => {
    const state = table.state(num, now());
    return state !== undefined && freshIdentity(state) !== undefined;
  };

  const refresh = (num: number): void => {
    if (!refreshes.due(num) || isTakUser(num)) return;
    refreshes.made(num);
    const item = origin.accept(destinations.names());
    const port = PortNum.NODEINFO_APP;
    publish(createMessage('frameHeard', { item, mesh, port, from: num, refresh: true, ...senderOf(num) }), item);
  };

  const decoded = (packet: meshtastic.MeshPacket, data: meshtastic.Data): void => {
    const item = origin.accept(destinations.names());
    const about = { node: packet.from, port: data.portnum, packetId: packet.id };
    log.debug({ ...about, node: nodeText(packet.from), item: item.id && itemKey(item.id) }, 'frame.heard');
    if (ownPorts.has(data.portnum)) {
      end(item, about, Reason.NOT_FOR_TAK, 'an answer of the mesh to this radio');
      return;
    }
    const heard = createMessage('frameHeard', {
      item,
      mesh,
      port: data.portnum,
      from: packet.from,
      to: packet.to,
      packetId: packet.id,
      channel: packet.channel,
      payload: data.payload,
      wantAck: packet.wantAck,
      viaMqtt: packet.viaMqtt,
      requestId: data.requestId,
      frameHash: frameHash({ mesh, from: packet.from, packetId: packet.id, payload: data.payload }),
      ...senderOf(packet.from),
    });
    publish(heard, item);
  };

  return {
    refresh,
    packet: (packet) => {
      status.count('frames_heard_total');
      const { payloadVariant } = packet;
      if (payloadVariant.case === 'decoded') decoded(packet, payloadVariant.value);
      else {
        const about = { node: packet.from, port: 0, packetId: packet.id };
        const hash = `channel hash ${packet.channel}`;
        end(origin.accept([]), about, Reason.UNREADABLE, `encrypted with a key the radio does not have (${hash})`);
      }
      const port = payloadVariant.case === 'decoded' ? payloadVariant.value.portnum : -1;
      if (contactPorts.has(port)) refreshes.made(packet.from);
      else refresh(packet.from);
    },
  };
};
