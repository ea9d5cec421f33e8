/** A packet of ours as an envelope that gateways take from the broker and put on the air. */
import { create, toBinary } from '@bufbuild/protobuf';
import { BROADCAST, meshtastic, nodeText } from '@cotbus/contracts';
import type { ChannelSecret } from './channel-secret.ts';
import { cryptPacket } from './packet-cipher.ts';
import type { AesCtr } from './packet-cipher.ts';
import { buildEnvelopeTopic } from './topic.ts';

/** A LoRa packet has 255 bytes, 16 of them header; the rest is the encoded Data. */
const MAX_DATA_BYTES = 239;
/** Three bits on the air. */
const MAX_HOPS = 7;
/** Data.bitfield: gateways may hand the packet to MQTT. */
const OK_TO_MQTT = 1;

export interface DownlinkSender {
  readonly aesCtr: AesCtr;
  /** Without wildcards: what is published has one root. */
  readonly root: string;
  /** From nodeFromSeed; its text is also our gateway id. */
  readonly node: number;
  readonly okToMqtt: boolean;
}

type DownlinkRefusal =
  | 'nothing_to_send'
  /** An id of 0 is given anew by each gateway: one packet would become several. */
  | 'packet_id_missing'
  | 'hops_impossible'
  | 'too_large'
  /** Nodes refuse a text for one of them that is encrypted with a channel key, and ours has no keys of its own. */
  | 'text_needs_pki'
  /** Channel or root holds `+`, `#` or NUL, or is empty. */
  | 'topic_impossible';

export type Downlink =
  | {
      readonly ok: true;
      readonly topic: string;
      /** ServiceEnvelope; to be published with QoS 1 and not retained. */
      readonly payload: Uint8Array;
    }
  | { readonly ok: false; readonly reason: DownlinkRefusal; readonly detail: string };

/**
 * @param packet decoded, as for a radio (txPacket): `id`, `to`, `hopLimit` and `wantAck` count. With 0 hops it reaches
 *   the gateways and their hosts alone.
 */
export const encodeDownlink = (
  sender: DownlinkSender,
  channel: ChannelSecret,
  packet: meshtastic.MeshPacket,
): Downlink => {
  const { payloadVariant } = packet;
  if (payloadVariant.case !== 'decoded') return refusal('nothing_to_send', 'the packet is not decoded');
  const data = payloadVariant.value;
  const fault = packetFault(packet, data);
  if (fault !== undefined) return fault;
  const bytes = toBinary(meshtastic.DataSchema, { ...data, bitfield: bitfieldOf(data, sender.okToMqtt) });
  if (bytes.length > MAX_DATA_BYTES) return refusal('too_large', `${bytes.length} of ${MAX_DATA_BYTES} bytes`);
  const topic = buildEnvelopeTopic({ root: sender.root, channel: channel.name, gateway: nodeText(sender.node) });
  if (topic === undefined) return refusal('topic_impossible', JSON.stringify([sender.root, channel.name]));
  const payload = envelopeOf(sender, channel, packet, bytes);
  return { ok: true, topic, payload };
};

const packetFault = ({ id, to, hopLimit }: meshtastic.MeshPacket, { portnum, payload }: meshtastic.Data) => {
  const { TEXT_MESSAGE_APP, UNKNOWN_APP } = meshtastic.PortNum;
  if (portnum === UNKNOWN_APP || payload.length === 0) return refusal('nothing_to_send', 'no port or no payload');
  if (id === 0) return refusal('packet_id_missing', 'the packet has no id');
  if (hopLimit > MAX_HOPS) return refusal('hops_impossible', `${hopLimit} hops of at most ${MAX_HOPS}`);
  if (portnum === TEXT_MESSAGE_APP && to !== BROADCAST) return refusal('text_needs_pki', `to ${nodeText(to)}`);
  return undefined;
};

/** Always there, even as 0: firmware from 2.8 on drops what starts with 0 hops and has none. */
const bitfieldOf = ({ bitfield = 0 }: meshtastic.Data, okToMqtt: boolean): number =>
  okToMqtt ? bitfield | OK_TO_MQTT : bitfield & ~OK_TO_MQTT;

const envelopeOf = (
  { aesCtr, node }: DownlinkSender,
  { name, hash, key }: ChannelSecret,
  { id, to, hopLimit, wantAck }: meshtastic.MeshPacket,
  data: Uint8Array,
): Uint8Array => {
  const value = cryptPacket(aesCtr, key, { from: node, id }, data);
  // Firmware from 2.8 on drops what has more hops left than it started with.
  const hops = { hopLimit, hopStart: hopLimit };
  const packet = { from: node, to, id, channel: hash, ...hops, wantAck, payloadVariant: encrypted(value) };
  const envelope = create(meshtastic.ServiceEnvelopeSchema, { packet, channelId: name, gatewayId: nodeText(node) });
  return toBinary(meshtastic.ServiceEnvelopeSchema, envelope);
};

const encrypted = (value: Uint8Array) => ({ case: 'encrypted' as const, value });

const refusal = (reason: DownlinkRefusal, detail: string): Downlink => ({ ok: false, reason, detail });
