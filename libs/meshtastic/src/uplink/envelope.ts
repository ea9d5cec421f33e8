/** ServiceEnvelope: a packet on MQTT, with the channel it belongs to and the gateway that published it. */
import { BROADCAST, meshtastic, nodeText } from '@cotbus/contracts';
import { readMessage } from '../read-message.ts';

/** Buffer of the firmware's MQTT client, for topic and envelope; the longest real envelope has about 435 bytes. */
const MAX_ENVELOPE_BYTES = 1024;
/** Three bits on the air. */
const MAX_HOPS = 7;
/** Below are numbers that the firmware keeps for itself. */
const FIRST_NODE = 4;

export type EnvelopeRefusal =
  | 'too_large'
  /** Not protobuf, or not of this message. */
  | 'garbled'
  /** Without a packet, channel or gateway: a radio refuses it, too. */
  | 'incomplete'
  /** Well formed, and no radio can have sent it. */
  | 'impossible';

export interface Envelope {
  readonly packet: meshtastic.MeshPacket;
  /** Name of the channel, or `PKI`. */
  readonly channel: string;
  /** `!1234abcd` from a radio; anything from others. */
  readonly gateway: string;
}

export type EnvelopeReading =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly reason: EnvelopeRefusal; readonly detail: string };

export const decodeEnvelope = (bytes: Uint8Array): EnvelopeReading => {
  if (bytes.length > MAX_ENVELOPE_BYTES) return refusal('too_large', `${bytes.length} of ${MAX_ENVELOPE_BYTES} bytes`);
  const message = readMessage(meshtastic.ServiceEnvelopeSchema, bytes);
  if (message === undefined) return refusal('garbled', 'no ServiceEnvelope');
  const { packet, channelId: channel, gatewayId: gateway } = message;
  if (packet === undefined) return refusal('incomplete', 'no packet');
  if (channel === '' || gateway === '') return refusal('incomplete', channel === '' ? 'no channel' : 'no gateway');
  const fault = faultOf(packet);
  return fault === undefined ? { ok: true, envelope: { packet, channel, gateway } } : refusal('impossible', fault);
};

const faultOf = ({ from, hopLimit, hopStart }: meshtastic.MeshPacket): string | undefined => {
  if (!isNode(from)) return `no node has the number ${nodeText(from)}`;
  if (hopLimit > MAX_HOPS || hopStart > MAX_HOPS) return `${hopLimit} of ${hopStart} hops`;
  return undefined;
};

/** A number that a node may have. */
export const isNode = (num: number): boolean => num >= FIRST_NODE && num < BROADCAST;

const refusal = (reason: EnvelopeRefusal, detail: string): EnvelopeReading => ({ ok: false, reason, detail });
