/**
 * Reads a zstd frame without inflating it (RFC 8878, sections 3.1.1.1 and 3.1.1.2), so that nothing of it has to be believed:
 *
 * | bytes | |
 * |---|---|
 * | 1 | bits 7-6: bytes of the content size, 5: single segment (no window), 3: reserved, 2: checksum, 1-0: bytes of the id |
 * | 0, 1 | window |
 * | 0, 1, 2, 4 | dictionary id |
 * | 0, 1, 2, 4, 8 | content size |
 * | 3 + n, … | blocks: bit 0 last, bits 2-1 type (raw, RLE, compressed, reserved), bits 23-3 size |
 * | 0, 4 | checksum |
 */
import { MAX_PACKET_BYTES, MAX_WINDOW_BYTES } from '../limits.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';

const RESERVED = 0x08;
const CHECKSUM = 0x04;
const SINGLE_SEGMENT = 0x20;
const ID_BYTES = [0, 1, 2, 4] as const;
const SIZE_BYTES = [0, 2, 4, 8] as const;
/** A content size of two bytes counts from here. */
const TWO_BYTE_SIZE_FROM = 256;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;

const RLE = 1;
const COMPRESSED = 2;

/** Whether a frame can begin with this byte after its magic. The magic itself cannot: it has the reserved bit. */
export const isFrameHeader = (descriptor: number): boolean => (descriptor & RESERVED) === 0;

export interface ZstdFrame {
  readonly ok: true;
  /** 0 when the frame names none. */
  readonly dictionaryId: number;
}

/**
 * @param start where the frame header begins, after the magic; the frame must end with `bytes`.
 *
 * Refused: `garbled` (reserved bits or blocks, cut off, more behind the frame), `too_large` (it says or shows that it is
 * more than 4096 bytes inflated, or wants a window of more than 8 MiB).
 */
export const readZstdFrame = (bytes: Uint8Array, start: number): ZstdFrame | Refused => {
  const descriptor = bytes[start] ?? RESERVED;
  if (!isFrameHeader(descriptor)) return refuse('garbled', 'no zstd frame');
  const isSingle = (descriptor & SINGLE_SEGMENT) !== 0;
  let at = start + 1;
  if (!isSingle) {
    const windowBytes = windowOf(bytes[at] ?? 0);
    if (windowBytes > MAX_WINDOW_BYTES) {
      return refuse('too_large', `zstd window of ${windowBytes}, at most ${MAX_WINDOW_BYTES} bytes`);
    }
    at += 1;
  }
  const idBytes = ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3];
  const dictionaryId = readNumber(bytes, at, idBytes);
  at += idBytes;
  const sizeBytes = SIZE_BYTES[(descriptor >> 6) as 0 | 1 | 2 | 3] || (isSingle ? 1 : 0);
  const contentBytes = readNumber(bytes, at, sizeBytes) + (sizeBytes === 2 ? TWO_BYTE_SIZE_FROM : 0);
  if (contentBytes > MAX_PACKET_BYTES) return tooLarge(contentBytes);
  at += sizeBytes;
  const end = endOfBlocks(bytes, at);
  if (typeof end !== 'number') return end;
  const trailing = bytes.length - end - ((descriptor & CHECKSUM) === 0 ? 0 : CHECKSUM_BYTES);
  if (trailing < 0) return refuse('garbled', 'zstd frame cut off');
  return trailing === 0
    ? { ok: true, dictionaryId }
    : refuse('garbled', `${trailing} ${trailing === 1 ? 'byte' : 'bytes'} after the zstd frame`);
};

const endOfBlocks = (bytes: Uint8Array, start: number): number | Refused => {
  let at = start;
  let shownBytes = 0;
  for (;;) {
    if (at + BLOCK_HEADER_BYTES > bytes.length) return refuse('garbled', 'zstd frame cut off');
    const header = readNumber(bytes, at, BLOCK_HEADER_BYTES);
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type > COMPRESSED) return refuse('garbled', 'reserved zstd block');
    // What a compressed block inflates to is not written anywhere; the output buffer bounds it.
    if (type !== COMPRESSED) shownBytes += size;
    if (shownBytes > MAX_PACKET_BYTES) return tooLarge(shownBytes);
    at += BLOCK_HEADER_BYTES + (type === RLE ? 1 : size);
    if (at > bytes.length) return refuse('garbled', 'zstd frame cut off');
    if ((header & 1) !== 0) return at;
  }
};

/** Mantissa of 3 bits over a power of two from 1 KiB. */
const windowOf = (descriptor: number): number => 2 ** (10 + (descriptor >> 3)) * (1 + (descriptor & 7) / 8);

/** Little endian; bytes that are not there count as 0. Exact up to 53 bits, and never smaller than the truth allows. */
const readNumber = (bytes: Uint8Array, at: number, length: number): number => {
  let value = 0;
  for (let index = length - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
};

const tooLarge = (contentBytes: number): Refused =>
  refuse('too_large', `${contentBytes} of ${MAX_PACKET_BYTES} bytes inflated`);
