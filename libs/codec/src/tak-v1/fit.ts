/** A packet into a frame: what is cut, what is compressed. */
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { MAX_FRAME_BYTES, MIN_V1_MESSAGE_BYTES, V1_TEXT_BYTES } from '../limits.ts';
import { cutText } from '../plain/cut-text.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { encodeUnishox2 } from '../unishox2/encode.ts';
import { ID_DIVIDER, RECEIPT_START, serialisePacket } from './v1-packet.ts';
import type { V1Packet } from './v1-packet.ts';

const utf8 = (text: string): Uint8Array => getTextEncoding().encodeUtf8(text);

export interface WrittenPacket {
  readonly ok: true;
  readonly payload: Uint8Array;
  /** What was cut at a character boundary, one line each. */
  readonly cut: readonly string[];
}

/**
 * Texts over the protocol's limits are cut, a chat line also for the frame as a whole; uids never are. Compressed only
 * where that is smaller and holds no zero byte, at which firmware ends a text. Refused: `unsupported` (a uid over its
 * limit), `too_large` ("n of 225 bytes").
 */
export const writePacket = (packet: V1Packet, isCompressed: boolean): WrittenPacket | Refused => {
  const { payload } = packet;
  const uids = [uidOf(packet), payload.case === 'chat' ? payload.value.to : ''];
  if (uids.some((uid) => utf8(uid).length > V1_TEXT_BYTES.name)) {
    return refuse('unsupported', `a uid over ${V1_TEXT_BYTES.name} bytes`);
  }
  const within = cutTexts(packet, V1_TEXT_BYTES.message);
  const plain = serialisePacket(within, utf8);
  const compressed = isCompressed ? compress(within) : undefined;
  const best = compressed !== undefined && compressed.length < plain.length ? compressed : plain;
  return best.length <= MAX_FRAME_BYTES
    ? { ok: true, payload: best, cut: cutNotes(packet, within) }
    : cutToFrame(packet, within, plain.length);
};

const uidOf = ({ deviceCallsign }: V1Packet): string => deviceCallsign.split(ID_DIVIDER, 1)[0] ?? '';

const cutTexts = (packet: V1Packet, messageBytes: number): V1Packet => {
  const callsign = cutText(packet.callsign, V1_TEXT_BYTES.name).text;
  // Without its id a line that comes over two paths is shown twice; with half of a uid it is nobody's.
  const isWhole = utf8(packet.deviceCallsign).length <= V1_TEXT_BYTES.name;
  const deviceCallsign = isWhole ? packet.deviceCallsign : uidOf(packet);
  if (packet.payload.case === 'pli') return { ...packet, callsign, deviceCallsign };
  const { to } = packet.payload.value;
  const message = cutText(packet.payload.value.message, messageBytes).text;
  const toCallsign = cutText(packet.payload.value.toCallsign, V1_TEXT_BYTES.name).text;
  return { ...packet, callsign, deviceCallsign, payload: { case: 'chat', value: { message, to, toCallsign } } };
};

/** @param length of `within` as a plain packet */
const cutToFrame = (packet: V1Packet, within: V1Packet, length: number): WrittenPacket | Refused => {
  const message = within.payload.case === 'chat' ? within.payload.value.message : '';
  const maxBytes = utf8(message).length - (length - MAX_FRAME_BYTES);
  if (maxBytes < MIN_V1_MESSAGE_BYTES || message.startsWith(RECEIPT_START)) {
    return refuse('too_large', `${length} of ${MAX_FRAME_BYTES} bytes`);
  }
  const fitted = cutTexts(packet, maxBytes);
  return { ok: true, payload: serialisePacket(fitted, utf8), cut: cutNotes(packet, fitted) };
};

const cutNotes = (before: V1Packet, after: V1Packet): readonly string[] => {
  const chatOf = ({ payload }: V1Packet) => (payload.case === 'chat' ? payload.value : undefined);
  const rows: readonly (readonly [name: string, before: string, after: string])[] = [
    ['callsign', before.callsign, after.callsign],
    ['device_callsign', before.deviceCallsign, after.deviceCallsign],
    ['message', chatOf(before)?.message ?? '', chatOf(after)?.message ?? ''],
    ['to_callsign', chatOf(before)?.toCallsign ?? '', chatOf(after)?.toCallsign ?? ''],
  ];
  return rows
    .filter(([, long, short]) => long !== short)
    .map(([name, long, short]) => `${name} cut to ${utf8(short).length} of ${utf8(long).length} bytes`);
};

/** Undefined when a text holds a zero byte, or has grown over its limit. */
const compress = (packet: V1Packet): Uint8Array | undefined => {
  let isSafe = true;
  const payload = serialisePacket(
    packet,
    (text, maxBytes) => {
      const bytes = text === '' ? new Uint8Array() : encodeUnishox2(utf8(text));
      if (bytes.includes(0) || bytes.length > maxBytes) isSafe = false;
      return bytes;
    },
    true,
  );
  return isSafe ? payload : undefined;
};
