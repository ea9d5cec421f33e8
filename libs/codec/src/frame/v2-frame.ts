/**
 * Port 78: a flags byte and a body.
 *
 * | flags | body |
 * |---|---|
 * | 0xFF | TAKPacketV2 as it is |
 * | else | bits 0-5: number of the dictionary, bits 6-7: ignored; a zstd frame, without its magic in generation B |
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { MAX_FRAME_BYTES, MAX_PACKET_BYTES } from '../limits.ts';
import type { Packet } from '../packet/payload.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';

const RAW = 0xff;
const DICTIONARY_MASK = 0x3f;
const MIN_FRAME_BYTES = 2;
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd] as const;
/** Of a zstd frame header descriptor; no legal header sets it. */
const ZSTD_RESERVED_BIT = 0x08;

/** 0x3D and 0x3E are numbers that every other receiver refuses: our own set C. */
const dictionaries: ReadonlyMap<number, { readonly name: string; readonly own: boolean }> = new Map([
  [0, { name: 'general', own: false }],
  [1, { name: 'air', own: false }],
  [0x3d, { name: 'general', own: true }],
  [0x3e, { name: 'air', own: true }],
]);

/**
 * Refused: `garbled` (shorter than 2 bytes, a dictionary number that does not exist, no zstd header, no
 * protobuf or text in it that is no UTF-8),
 * `too_large` (more than 4096 bytes inflated), `dictionary_missing`.
 */
export const decodeV2Frame = (frame: Uint8Array): { readonly ok: true; readonly packet: Packet } | Refused => {
  const [flags, ...head] = frame.subarray(0, 1 + ZSTD_MAGIC.length);
  if (flags === undefined || frame.length < MIN_FRAME_BYTES) {
    return refuse('garbled', `frame of ${frame.length} bytes`);
  }
  if (flags !== RAW) return refuseCompressed(flags, head);
  const body = frame.subarray(1);
  if (body.length > MAX_PACKET_BYTES) return refuse('too_large', `${body.length} of ${MAX_PACKET_BYTES} bytes`);
  try {
    return { ok: true, packet: fromBinary(meshtastic.TAKPacketV2Schema, body) };
  } catch {
    return refuse('garbled', 'no TAKPacketV2 after the flags byte 0xFF');
  }
};

const refuseCompressed = (flags: number, head: readonly number[]): Refused => {
  const number = flags & DICTIONARY_MASK;
  const dictionary = dictionaries.get(number);
  if (dictionary === undefined) return refuse('garbled', `dictionary number ${number}`);
  const hasMagic = ZSTD_MAGIC.every((byte, index) => head[index] === byte);
  if (!hasMagic && ((head[0] ?? 0) & ZSTD_RESERVED_BIT) !== 0) return refuse('garbled', 'no zstd frame');
  const generation = dictionary.own ? 'C' : hasMagic ? 'A' : 'B';
  return refuse(
    'dictionary_missing',
    `compressed with dictionary ${number} (${dictionary.name}) of generation ${generation}, which is not installed`,
  );
};

/** A raw frame. Refused as `too_large` with "n of 225 bytes". */
export const encodeV2Frame = (packet: Packet): { readonly ok: true; readonly frame: Uint8Array } | Refused => {
  const body = toBinary(meshtastic.TAKPacketV2Schema, packet);
  const bytes = body.length + 1;
  if (bytes > MAX_FRAME_BYTES) return refuse('too_large', `${bytes} of ${MAX_FRAME_BYTES} bytes`);
  const frame = new Uint8Array(bytes);
  frame[0] = RAW;
  frame.set(body, 1);
  return { ok: true, frame };
};
