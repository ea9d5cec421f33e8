/** Sums of unknown blocks, solved by Gaussian elimination over GF(2) as they come in. */

type Added =
  /** It says something new. */
  | 'new'
  /** It follows from what was there. */
  | 'known'
  /** It cannot be true together with what was there. */
  | 'contradiction';

export interface Equations {
  /** The sum (XOR) of these blocks is this. @param sum exactly one block long */
  add(indices: readonly number[], sum: Uint8Array): Added;
  /** How many independent ones there are; at as many as there are blocks it can be solved. */
  readonly rank: number;
  /** All blocks behind one another. Only at full rank, and once: the equations are used up. */
  solve(): Uint8Array;
}

/** Bytes that an equation takes beside its words. */
const ROW_OVERHEAD_BYTES = 128;

/** Bytes of memory that each new equation takes. */
export const equationBytes = (blocks: number, blockBytes: number): number =>
  4 * (Math.ceil(blocks / 32) + Math.ceil(blockBytes / 4)) + ROW_OVERHEAD_BYTES;

/**
 * A row is the set of its blocks as bits, then their sum, both in words of 32. Row i has i as its lowest block, so the
 * rows are a staircase at any time and a new sum is reduced in one pass.
 */
export const createEquations = (blocks: number, blockBytes: number): Equations => {
  const bitWords = Math.ceil(blocks / 32);
  const words = bitWords + Math.ceil(blockBytes / 4);
  const rows: (Uint32Array | undefined)[] = Array.from({ length: blocks });
  let rank = 0;

  const add = (indices: readonly number[], sum: Uint8Array): Added => {
    const row = new Uint32Array(words);
    for (const index of indices) row[index >>> 5] = (row[index >>> 5] ?? 0) | (1 << (index & 31));
    new Uint8Array(row.buffer, bitWords * 4).set(sum);
    for (let at = 0; at < bitWords;) {
      const bits = row[at] ?? 0;
      if (bits === 0) {
        at += 1;
        continue;
      }
      const lowest = at * 32 + lowestBit(bits);
      const same = rows[lowest];
      if (same === undefined) {
        rows[lowest] = row;
        rank += 1;
        return 'new';
      }
      subtract(row, same, at);
    }
    return row.every((word) => word === 0) ? 'known' : 'contradiction';
  };

  const solve = (): Uint8Array => {
    const solved = new Uint8Array(blocks * blockBytes);
    // From the last: of each row every block but its lowest is solved already.
    for (let index = blocks - 1; index >= 0; index -= 1) {
      const row = rows[index];
      if (row === undefined) throw new RangeError(`block ${index} is not known`);
      for (let other = index + 1; other < blocks; other += 1) {
        const solvedRow = rows[other];
        if (solvedRow !== undefined && ((row[other >>> 5] ?? 0) & (1 << (other & 31))) !== 0) {
          subtract(row, solvedRow, bitWords);
        }
      }
      solved.set(new Uint8Array(row.buffer, bitWords * 4, blockBytes), index * blockBytes);
    }
    return solved;
  };

  return {
    add,
    solve,
    get rank() {
      return rank;
    },
  };
};

const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits);

/** In GF(2) adding and subtracting are one. */
const subtract = (row: Uint32Array, other: Uint32Array, from: number): void => {
  for (let at = from; at < row.length; at += 1) row[at] = (row[at] ?? 0) ^ (other[at] ?? 0);
};
