/** Sets of seqs as ranges, the way receipts and journals carry them. */
import type { SeqRange } from './item-name.ts';

/** Seqs in any order, with or without repeats → the fewest ranges, ascending. */
export const rangesOf = (seqs: Iterable<number>): SeqRange[] => {
  const sorted = [...seqs].sort((a, b) => a - b);
  const ranges: { first: number; last: number }[] = [];
  for (const seq of sorted) {
    const open = ranges.at(-1);
    if (open !== undefined && seq <= open.last + 1) open.last = seq;
    else ranges.push({ first: seq, last: seq });
  }
  return ranges;
};
