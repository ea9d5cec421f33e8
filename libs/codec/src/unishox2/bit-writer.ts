/** Codes into bytes, most significant bit first. */
import { horizontalCodes, verticalCodes } from './code-tables.ts';
import type { Code, Steps } from './code-tables.ts';

export interface BitWriter {
  readonly bytes: number[];
  /** Bits written. */
  length: number;
}

/** Up to 24 bits. */
export const writeBits = (writer: BitWriter, bits: number, count: number): void => {
  for (let left = count; left > 0;) {
    const free = 8 - (writer.length & 7);
    const taken = Math.min(free, left);
    left -= taken;
    const chunk = (bits >>> left) & ((1 << taken) - 1);
    if (free === 8) writer.bytes.push(chunk << (8 - taken));
    else writer.bytes[writer.bytes.length - 1] = (writer.bytes.at(-1) ?? 0) | (chunk << (free - taken));
    writer.length += taken;
  }
};

const writeCode = (writer: BitWriter, code: Code | undefined): void => {
  if (code !== undefined) writeBits(writer, code.bits, code.length);
};

export const writeHorizontal = (writer: BitWriter, set: number): void => writeCode(writer, horizontalCodes[set]);
export const writeVertical = (writer: BitWriter, place: number): void => writeCode(writer, verticalCodes[place]);

/** `step` ones and, below `limit`, a zero. */
export const writeStep = (writer: BitWriter, step: number, limit: number): void => {
  for (let ones = 0; ones < step; ones += 1) writeBits(writer, 1, 1);
  if (step < limit) writeBits(writer, 0, 1);
};

/** Which step holds the number. */
export const stepOf = (value: number, { offsets }: Steps): number => {
  let step = offsets.length - 1;
  while (value < (offsets[step] ?? 0)) step -= 1;
  return step;
};

/** The number within its step. */
export const writeNumber = (writer: BitWriter, value: number, step: number, { bits, offsets }: Steps): void =>
  writeBits(writer, value - (offsets[step] ?? 0), bits[step] ?? 0);
