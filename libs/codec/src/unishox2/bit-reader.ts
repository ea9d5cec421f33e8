/** Codes out of bytes. A code that is cut off by the end is no code: `END`. */
import { horizontalCodes, verticalCodes } from './code-tables.ts';
import type { Code, Steps } from './code-tables.ts';

export interface BitReader {
  readonly bytes: Uint8Array;
  /** Bit to be read next. */
  at: number;
}

/** No whole code is left. */
export const END = -1;

const BYTE_BITS = 8;

/** Up to 24 bits as a number. */
export const readBits = (reader: BitReader, count: number): number => {
  const { bytes, at } = reader;
  const next = at + count;
  if (next > bytes.length * BYTE_BITS) return END;
  reader.at = next;
  const index = at >> 3;
  const four =
    ((bytes[index] ?? 0) << 24) |
    ((bytes[index + 1] ?? 0) << 16) |
    ((bytes[index + 2] ?? 0) << 8) |
    (bytes[index + 3] ?? 0);
  return (four << (at & 7)) >>> (32 - count);
};

/** The next eight bits, ones behind the end. */
const peekByte = ({ bytes, at }: BitReader): number => {
  const index = at >> 3;
  return ((((bytes[index] ?? 0xff) << BYTE_BITS) | (bytes[index + 1] ?? 0xff)) >> (BYTE_BITS - (at & 7))) & 0xff;
};

/** Which code a byte begins with. */
const indexByByte = (codes: readonly Code[]): Uint8Array => {
  const table = new Uint8Array(256);
  codes.forEach(({ bits, length }, index) => {
    const first = bits << (BYTE_BITS - length);
    table.fill(index, first, first + (1 << (BYTE_BITS - length)));
  });
  return table;
};

const readCode = (reader: BitReader, codes: readonly Code[], table: Uint8Array): number => {
  const index = table[peekByte(reader)] ?? 0;
  const next = reader.at + (codes[index]?.length ?? 0);
  if (next > reader.bytes.length * BYTE_BITS) return END;
  reader.at = next;
  return index;
};

const horizontalTable = indexByByte(horizontalCodes);
const verticalTable = indexByByte(verticalCodes);

/** A set. */
export const readHorizontal = (reader: BitReader): number => readCode(reader, horizontalCodes, horizontalTable);
/** A place in a set. */
export const readVertical = (reader: BitReader): number => readCode(reader, verticalCodes, verticalTable);

/** How many ones stand in front of a zero; at `limit`, of at most 7, no zero follows. */
export const readStep = (reader: BitReader, limit: number): number => {
  const ones = Math.clz32(~(peekByte(reader) << 24));
  const step = Math.min(ones, limit);
  return readBits(reader, ones < limit ? step + 1 : step) === END ? END : step;
};

/** A number of the given step. */
export const readNumber = (reader: BitReader, step: number, { bits, offsets }: Steps): number => {
  const value = readBits(reader, bits[step] ?? 0);
  return value === END ? END : value + (offsets[step] ?? 0);
};
