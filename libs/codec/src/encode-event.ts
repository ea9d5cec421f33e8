/** CotEvent → frames for the mesh, in the dialect of its listeners. */
import { create } from '@bufbuild/protobuf';
import { BROADCAST, Dialect, FrameSchema, Kind, meshtastic } from '@cotbus/contracts';
import type { CotEvent, Frame } from '@cotbus/contracts';
import { treeOfEvent } from './cot/event-tree.ts';
import { parseChatUid } from './cot/geo-chat.ts';
import { isControl, isFileShare } from './cot/kind.ts';
import { fitFrames } from './fit/fit-frames.ts';
import { encodeForwarder } from './forwarder/forwarder.ts';
import type { SendPolicy, V2Wire } from './frame/v2-frame.ts';
import { nodeOfUid } from './plain/callsign.ts';
import { PLAIN_DEFAULTS } from './plain/options.ts';
import type { PlainOptions } from './plain/options.ts';
import { encodeText } from './plain/text-message.ts';
import { refuse } from './result.ts';
import type { Refused } from './result.ts';
import type { RouteSplitting } from './route/split-route.ts';
import { encodeV1Frame } from './tak-v1/v1-frame.ts';

const { PortNum } = meshtastic;

interface EncodedEvent {
  readonly ok: true;
  /** At least one, in the order in which to send them. */
  readonly frames: readonly Frame[];
  /** Of a transfer: how a receiver that has the whole answers. */
  readonly transferHash: Uint8Array | undefined;
  /** What was given up to make it fit. */
  readonly stripped: readonly string[];
}

/** How a mesh wants events. */
export interface SendAs {
  readonly dialect: Dialect;
  /** Of port 78. */
  readonly form: SendPolicy['form'];
}

export interface EncoderParts {
  readonly wire: V2Wire;
  readonly plain?: PlainOptions;
  /** Of long routes in the V2 dialect; `ROUTE_SPLITTING` when left out. */
  readonly splitting?: RouteSplitting;
  /** 24 random bits. */
  readonly transferId: () => number;
}

/**
 * Refused: `too_large` ("n of m bytes"), `unsupported` and `impossible` (what no form of this dialect can carry),
 * `dictionary_missing` (of the form that is asked for), `not_allowed` (what clients and servers say about their connection).
 */
export type EncodeEvent = (event: CotEvent, as: SendAs) => EncodedEvent | Refused;

type Encode = (event: CotEvent, parts: EncoderParts, form: SendPolicy['form']) => EncodedEvent | Refused;

/** Frames to everybody; only chat asks for an acknowledgement. A chat line to a plain node is a text to that node. */
export const createEventEncoder =
  (parts: EncoderParts): EncodeEvent =>
  (event, { dialect, form }) => {
    if (isControl(event.type)) return refuse('not_allowed', `${event.type} belongs to a TAK connection`);
    if (isFileShare(event.type)) return refuse('not_allowed', `${event.type}: nobody on a mesh can fetch the file`);
    const encode = isForPlainNode(event, parts.plain) ? encodePlain : (encoders[dialect] ?? encodeV2);
    return encode(event, parts, form);
  };

const isForPlainNode = ({ kind, uid }: CotEvent, plain: PlainOptions = PLAIN_DEFAULTS): boolean =>
  kind === Kind.CHAT && nodeOfUid(parseChatUid(uid, '')?.room ?? '', plain) !== undefined;

const encodePlain: Encode = (event, { plain = PLAIN_DEFAULTS }) => {
  const text = encodeText(event, plain);
  return text.ok ? { ok: true, frames: [text.frame], transferHash: undefined, stripped: text.stripped } : text;
};

const encodeV2: Encode = (event, { wire, splitting }, form) => {
  const fitted = fitFrames(treeOfEvent(event), { wire, policy: { form }, ...(splitting && { splitting }) });
  if (!fitted.ok) return fitted;
  const frames = fitted.frames.map(({ frame }) => frameOf(event, PortNum.ATAK_PLUGIN_V2, frame));
  return { ok: true, frames, transferHash: undefined, stripped: fitted.stripped };
};

/** What port 72 cannot carry, or not whole, takes port 257. */
const encodeV1: Encode = (event, parts, form) => {
  const v1 = encodeV1Frame(event);
  if (!v1.ok) return encodeForwarded(event, parts, form);
  const frames = [frameOf(event, PortNum.ATAK_PLUGIN, v1.payload)];
  return { ok: true, frames, transferHash: undefined, stripped: v1.cut };
};

const encodeForwarded: Encode = (event, { transferId }) => {
  const encoded = encodeForwarder(event, { audience: 'plugin', transferId: transferId() });
  if (!encoded.ok) return encoded;
  const { payloads, transfer } = encoded;
  const frames = payloads.map((payload) => frameOf(event, PortNum.ATAK_FORWARDER, payload, payloads.length > 1));
  return { ok: true, frames, transferHash: transfer?.hash, stripped: [] };
};

/** Either one alone where the other dialect cannot carry it. */
const encodeBoth: Encode = (event, parts, form) => {
  const [v2, v1] = [encodeV2(event, parts, form), encodeV1(event, parts, form)];
  if (!v2.ok || !v1.ok) return v2.ok ? v2 : v1;
  const { transferHash } = v1;
  return { ok: true, frames: [...v2.frames, ...v1.frames], transferHash, stripped: [...v2.stripped, ...v1.stripped] };
};

const encoders: Readonly<Record<Dialect, Encode>> = {
  [Dialect.UNSPECIFIED]: encodeV2,
  [Dialect.V2]: encodeV2,
  [Dialect.V1]: encodeV1,
  [Dialect.BOTH]: encodeBoth,
  [Dialect.FORWARDER]: encodeForwarded,
};

/** @param isPart of a transfer, whose receiver answers for the whole */
const frameOf = ({ kind }: CotEvent, port: number, payload: Uint8Array, isPart = false): Frame =>
  create(FrameSchema, { port, payload, to: BROADCAST, wantAck: kind === Kind.CHAT && !isPart });
