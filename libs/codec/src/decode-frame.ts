/** A frame heard → CotEvent, by the port of the frame. */
import { create } from '@bufbuild/protobuf';
import { NodeStateSchema, meshtastic } from '@cotbus/contracts';
import type { CotEvent, FrameHeard, NodeState } from '@cotbus/contracts';
import { isControl } from './cot/kind.ts';
import { decodeForwarder } from './forwarder/forwarder.ts';
import { correctTracker } from './frame/firmware-tracker.ts';
import type { V2Wire } from './frame/v2-frame.ts';
import { MAX_PACKET_BYTES } from './limits.ts';
import { buildEvent } from './packet/packet.ts';
import { decodeContact } from './plain/contact.ts';
import { decodeDelivered } from './plain/delivered.ts';
import { PLAIN_DEFAULTS } from './plain/options.ts';
import type { PlainOptions } from './plain/options.ts';
import { plainDecoders } from './plain/plain-frame.ts';
import { refuse } from './result.ts';
import type { Refused } from './result.ts';
import { decodeV1Frame } from './tak-v1/v1-frame.ts';

type Decoded = { readonly ok: true; readonly event: CotEvent } | Refused;
type Decoder = (heard: FrameHeard, sender: NodeState, parts: Required<DecoderParts>) => Decoded;

export interface DecoderParts {
  readonly wire: V2Wire;
  readonly plain?: PlainOptions;
  /** Called for a V2 frame with version bits in its flags, which every sender leaves 0; they change nothing. */
  readonly onVersionBits?: (bits: number) => void;
}

/**
 * Refused: `ignored` (the radio's owner ignores the sender), `not_for_tak` (no event comes of this port),
 * `tak_identity` (the node shows itself in TAK), `unsupported` (a dialect or payload that is not read),
 * `dictionary_missing`, `garbled`, `impossible`, `unreadable`, `incomplete` (a fragment, which says nothing alone) and
 * `too_large`. Any bytes on any port end as an event or as one of these.
 */
export type DecodeFrame = (heard: FrameHeard) => Decoded;

export const createFrameDecoder =
  ({ wire, plain = PLAIN_DEFAULTS, onVersionBits = () => undefined }: DecoderParts): DecodeFrame =>
  (heard) =>
    decode(heard, { wire, plain, onVersionBits });

const decode = (heard: FrameHeard, parts: Required<DecoderParts>): Decoded => {
  const sender = heard.sender ?? create(NodeStateSchema, { num: heard.from });
  if (sender.ignored) return refuse('ignored', 'the owner of the radio ignores this node');
  // One byte more than the largest packet: the flags byte.
  if (heard.payload.length > MAX_PACKET_BYTES + 1) return refuse('too_large', `${heard.payload.length} bytes`);
  if (heard.refresh) return decodeContact(sender, parts.plain);
  if (heard.acknowledged !== undefined) return decodeDelivered(heard, sender, parts.plain);
  const decoder = decoders.get(heard.port);
  return decoder === undefined ? refuse('not_for_tak', portName(heard.port)) : decoder(heard, sender, parts);
};

const decodeV2: Decoder = (heard, _, { wire, onVersionBits }) => {
  const decoded = wire.decode(heard.payload);
  if (!decoded.ok) return decoded;
  if (decoded.versionBits !== 0) onVersionBits(decoded.versionBits);
  const built = buildEvent(correctTracker(decoded.packet, heard.from));
  if (built.ok && isControl(built.event.type)) {
    return refuse('not_for_tak', `${built.event.type} belongs to a TAK connection`);
  }
  return built;
};

const decodeForwarded: Decoder = ({ payload }) => {
  const message = decodeForwarder(payload);
  if (!message.ok) return message;
  switch (message.kind) {
    case 'event':
      return { ok: true, event: message.event };
    case 'ack':
      return refuse('not_for_tak', `an answer to a transfer: ${message.ack.kind}`);
    case 'fragment':
      return refuse('incomplete', `1 of ${message.fragment.sourceBlocks} fragments`);
  }
};

const { PortNum } = meshtastic;
const decoders: ReadonlyMap<number, Decoder> = new Map([
  ...[...plainDecoders].map(([port, plainDecoder]): [number, Decoder] => [
    port,
    (heard, sender, { plain }) => plainDecoder(heard, sender, plain),
  ]),
  [PortNum.ATAK_PLUGIN_V2, decodeV2],
  [PortNum.ATAK_PLUGIN, decodeV1Frame],
  [PortNum.ATAK_FORWARDER, decodeForwarded],
]);

const portNames: ReadonlyMap<number, string> = new Map(meshtastic.PortNumSchema.values.map((v) => [v.number, v.name]));
const portName = (port: number): string => `port ${port} (${portNames.get(port) ?? 'unknown'})`;
