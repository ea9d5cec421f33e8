/** The receiving side: each packet of the radio becomes an item for the egresses, or ends here with an outcome. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { createMessage, FrameHeardSchema, freshIdentity, meshtastic, nodeText, reasonOf } from '@cotbus/contracts';
import type { FrameHeard, Item, ReasonName } from '@cotbus/contracts';
import { fragmentOf } from '@cotbus/codec';
import { frameHash } from '@cotbus/meshtastic';
import type { NodeTable } from '@cotbus/meshtastic';
import { custodyParts, openCustodyOrigin } from '@cotbus/service';
import type { CustodyOutcome, DestinationWatch, OutcomeLog, ServiceContext } from '@cotbus/service';
import type { NodeLimit } from './node-limit.ts';
import { isTakPort } from './peers-heard.ts';
import type { RefreshClock } from './refresh.ts';
import type { Refusal } from './refusal.ts';

const { PortNum } = meshtastic;

/** Frames on these ports are contacts themselves. */
const contactPorts: ReadonlySet<number> = new Set([PortNum.POSITION_APP, PortNum.NODEINFO_APP, PortNum.TELEMETRY_APP]);
/** Answers of the mesh to us, the radio's host: they end here. */
const ownPorts: ReadonlySet<number> = new Set([PortNum.ROUTING_APP, PortNum.ADMIN_APP]);

const forUs: Refusal = { reason: 'not_for_tak', detail: 'an answer of the mesh to this radio' };

export interface ReceiverParts {
  readonly context: ServiceContext;
  readonly mesh: string;
  readonly outcomes: OutcomeLog;
  readonly destinations: DestinationWatch;
  readonly table: NodeTable;
  readonly refreshes: RefreshClock;
  /** Why what is heard on this channel does not go to TAK; undefined lets it. */
  readonly closed: (channel: number) => Refusal | undefined;
  /** Holds back who sends too much. */
  readonly limit: Pick<NodeLimit, 'heard'>;
  /** Something may go to TAK: contacts of nodes are made. */
  readonly listens: boolean;
}

export interface Receiver {
  /** A packet of the radio; the node table has merged it already. @param refusal why it could not be read, or goes no further. */
  packet(packet: meshtastic.MeshPacket, refusal?: Refusal): void;
  /**
   * Makes the contact of a node anew, unless that was just done or its user reports to TAK.
   * @param channel where it was heard, if that is known
   */
  refresh(num: number, channel?: number): void;
  /** A node has acknowledged a chat line that was for it alone: its sender hears of it. */
  acknowledged(node: number, line: { readonly uid: string; readonly callsign: string }): void;
}

/** @throws ServiceError `journal_unusable`. */
export const openReceiver = async (parts: ReceiverParts): Promise<Receiver> => {
  const { context, mesh, destinations, table, refreshes, closed, limit, listens } = parts;
  const { clock, log, status } = context;
  const now = () => ({ monotonicMs: clock.monotonic(), wallMs: clock.now() });
  const origin = await openOrigin(parts);

  /** @param refusal ends it here, at no destination. */
  const accept = (heard: FrameHeard, refusal?: Refusal): void => {
    const names = refusal === undefined ? destinations.names(heard.port) : [];
    const why: Refusal = refusal ?? { reason: 'no_destination', detail: 'no egress is registered' };
    const refused = names.length === 0 ? [{ destination: '', ...why }] : [];
    const fragment = heard.port === PortNum.ATAK_FORWARDER ? fragmentOf(mesh, heard.from, heard.payload) : undefined;
    if (fragment !== undefined) heard.transfer = fragment.transfer;
    const payload = toBinary(FrameHeardSchema, heard);
    frameTopics.set(payload, { port: heard.port, isFragment: fragment !== undefined });
    origin.accept({ payload, destinations: names, refused, ...(fragment && { fragment }) });
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

  const refresh = (num: number, channel?: number): void => {
    if (channel !== undefined && closed(channel) !== undefined) return;
    if (!listens || !refreshes.due(num) || isTakUser(num)) return;
    refreshes.made(num);
    const port = PortNum.NODEINFO_APP;
    accept(createMessage('frameHeard', { mesh, port, from: num, refresh: true, ...senderOf(num) }));
  };

  const decoded = (packet: meshtastic.MeshPacket, data: meshtastic.Data, refusal: Refusal | undefined): void => {
    const { from, to, id: packetId, channel, wantAck, viaMqtt } = packet;
    const { portnum: port, payload, requestId, source } = data;
    const saidBy = isTakPort(port) ? source : 0;
    log.debug({ node: nodeText(from), port, packetId }, 'frame.heard');
    // A radio in a TAK role hands out a V1 packet twice, as it came and with its texts in the other form.
    const isTwin = port === PortNum.ATAK_PLUGIN && packetId !== 0;
    const hash = frameHash({ mesh, from, packetId, payload: isTwin ? new Uint8Array() : payload });
    const about = { mesh, port, from, to, packetId, channel, wantAck, viaMqtt, requestId, saidBy };
    const heard = createMessage('frameHeard', { ...about, payload, frameHash: hash, ...senderOf(from) });
    accept(heard, ownPorts.has(port) ? forUs : refusal);
  };

  return {
    refresh,
    acknowledged: (node, { uid, callsign }) => {
      const about = { mesh, port: PortNum.ROUTING_APP, from: node, ...senderOf(node) };
      accept(createMessage('frameHeard', { ...about, acknowledged: { uid, callsign } }));
    },
    packet: (packet, refusal) => {
      status.count('frames_heard_total');
      const { payloadVariant, from, id: packetId, channel } = packet;
      const flood = limit.heard(from, clock.monotonic());
      if (payloadVariant.case === 'decoded') {
        const shut = closed(channel) ?? refusal ?? flood;
        decoded(packet, payloadVariant.value, shut);
        if (shut !== undefined) return;
      } else accept(createMessage('frameHeard', { mesh, from, packetId, channel }), refusal ?? unread(packet));
      const port = payloadVariant.case === 'decoded' ? payloadVariant.value.portnum : -1;
      if (contactPorts.has(port)) refreshes.made(from);
      else refresh(from);
    },
  };
};

const unread = ({ payloadVariant, channel }: meshtastic.MeshPacket): Refusal =>
  payloadVariant.case === 'encrypted'
    ? { reason: 'unreadable', detail: `encrypted with a key the radio does not have (channel hash ${channel})` }
    : { reason: 'garbled', detail: 'a packet without a payload' };

interface FrameTopic {
  readonly port: number;
  readonly isFragment: boolean;
}

/** Where frames are published, by their bytes: decoding each of them once more would cost more than the publishing. */
const frameTopics = new WeakMap<Uint8Array, FrameTopic>();

const topicOf = (payload: Uint8Array): FrameTopic => {
  const known = frameTopics.get(payload);
  if (known !== undefined) return known;
  const { port, transfer } = fromBinary(FrameHeardSchema, payload);
  return { port, isFragment: transfer !== '' };
};

const openOrigin = async ({ context, mesh, outcomes, destinations }: ReceiverParts) => {
  const outcomeOf = ({ item, destination, reason, detail }: CustodyOutcome, payload: Uint8Array) => {
    const { from: node, port, packetId } = fromBinary(FrameHeardSchema, payload);
    return { item, destination, reason: reasonOf(reason as ReasonName), detail, mesh, node, port, packetId };
  };
  const { bus, onStop, random } = context;
  const origin = await openCustodyOrigin({
    ...custodyParts(context, outcomes),
    random,
    alive: () => new Map(destinations.alive().map(({ name }) => [name, [name]])),
    publish: (item: Item, payload) => {
      const { port, isFragment } = topicOf(payload);
      // A protobuf message behind another of its type is the same as both in one.
      const header = toBinary(FrameHeardSchema, create(FrameHeardSchema, { item }));
      const bytes = new Uint8Array(payload.length + header.length);
      bytes.set(payload);
      bytes.set(header, payload.length);
      return bus.publish(
        isFragment ? 'fragmentHeard' : 'frameHeard',
        createMessage('frameHeard', { item, port }),
        bytes,
      );
    },
    ended: (outcome, payload) => outcomes.record(outcomeOf(outcome, payload)),
    endedBefore: (outcome, payload) => outcomes.recordOnce(outcomeOf(outcome, payload)),
  });
  onStop('custody of frames', () => origin.close());
  return origin;
};
