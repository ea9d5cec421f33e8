import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seqsOf } from './item-name.ts';
import { rangesOf } from './seq-ranges.ts';

describe('ranges of seqs', () => {
  it('say what was put in, ascending, in the fewest ranges', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (seqs) => {
        const ranges = rangesOf(seqs);
        expect([...seqsOf(ranges)]).toEqual([...new Set(seqs)].sort((a, b) => a - b));
        const gaps = ranges.slice(1).map(({ first }, at) => first - (ranges[at]?.last ?? 0));
        expect(Math.min(2, ...gaps)).toBe(2);
      }),
    );
  });
});
