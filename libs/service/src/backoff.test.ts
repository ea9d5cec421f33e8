import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoff } from './backoff.ts';

const first = (count: number, waits: Generator<number>): number[] =>
  Array.from({ length: count }, () => waits.next().value as number);

describe('waits between attempts', () => {
  it.each([
    { random: 0, expected: [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] },
    { random: 0.5, expected: [750, 1500, 3000, 6000, 12_000, 22_500, 22_500] },
  ])('double up to the longest and are shortened by chance ($random)', ({ random, expected }) => {
    expect(first(7, backoff({ firstMs: 1000, maxMs: 30_000, random: () => random }))).toEqual(expected);
  });

  it('take new chance for each wait', () => {
    const chances = [0, 0.5, 0.25];
    expect(first(3, backoff({ firstMs: 100, maxMs: 400, random: () => chances.shift() ?? 0 }))).toEqual([
      100, 150, 350,
    ]);
  });

  it('never leave half the longest to the longest, for any chance', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        const late = first(20, backoff({ firstMs: 1000, maxMs: 30_000, random: () => random })).at(-1) ?? 0;
        expect(late).toBeGreaterThanOrEqual(15_000);
        expect(late).toBeLessThanOrEqual(30_000);
      }),
    );
  });
});
