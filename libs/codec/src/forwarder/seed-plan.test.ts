import { describe, expect, it } from 'vitest';
import { blockIndices } from './block-choice.ts';
import { fragmentCount, seedPlan } from './seed-plan.ts';

const NONE = -1;

/** What phones do: subtract known blocks until nothing changes. */
const peels = (sourceBlocks: number, sums: readonly (readonly number[])[]): boolean => {
  const known = new Set<number>();
  for (let before = -1; before < known.size;) {
    before = known.size;
    for (const indices of sums) {
      const [only, ...others] = indices.filter((index) => !known.has(index));
      if (only !== undefined && others.length === 0) known.add(only);
    }
  }
  return known.size === sourceBlocks;
};

const sumsOf = (sourceBlocks: number, seeds: readonly number[], forced = NONE) =>
  seeds.map((seed) => blockIndices(seed, sourceBlocks, seed === forced));

describe('the seeds of a transfer', () => {
  it.each([
    [2, [4098, 4096]],
    [3, [4096, 4098, 4099]],
    [4, [4102, 4098, 4099, 4096]],
    [5, [4099, 4098, 4097, 4102, 4096]],
    [6, [4108, 4098, 4099, 4096, 4101, 4107]],
    [7, [4131, 4114, 4096, 4225, 4099, 4192, 4097]],
    [8, [4112, 4102, 4103, 4098, 4099, 4101, 4096, 4097]],
    [9, [4096, 4105, 4099, 4104, 4098, 4111, 4097, 4122, 4103]],
    [10, [4099, 4098, 4106, 4119, 4101, 4100, 4103, 4097, 4102, 4096]],
  ])('of %i blocks begin with each block alone', (sourceBlocks, expected) => {
    expect(seedPlan(sourceBlocks, NONE).seeds.slice(0, sourceBlocks)).toEqual(expected);
  });

  it.each([
    [2, 3],
    [3, 5],
    [5, 8],
    [8, 12],
    [10, 15],
    [12, 15],
    [20, 25],
    [50, 63],
    [100, 115],
    [255, 294],
  ])('of %i blocks are as many as the apps send: %i', (sourceBlocks, count) => {
    expect(fragmentCount(sourceBlocks)).toBe(count);
    const { seeds } = seedPlan(sourceBlocks, NONE);
    expect(seeds).toHaveLength(count);
    expect(new Set(seeds).size).toBe(count);
  });

  // Of 100 and of 253 blocks not every one has a seed of its own.
  it.each([2, 3, 4, 5, 7, 11, 16, 33, 64, 100, 253])(
    'of %i blocks are read by phones: the first ones, and all but any one',
    (sourceBlocks) => {
      const sums = sumsOf(sourceBlocks, seedPlan(sourceBlocks, NONE).seeds);
      expect(peels(sourceBlocks, sums.slice(0, sourceBlocks))).toBe(true);
      for (const lost of sums.keys()) {
        expect(
          peels(
            sourceBlocks,
            sums.filter((_, at) => at !== lost),
          ),
        ).toBe(true);
      }
    },
  );

  it('are others when one of more than one block is that of a first fragment', () => {
    for (const sourceBlocks of [3, 100]) {
      const plan = seedPlan(sourceBlocks, NONE);
      const [forced = NONE] = plan.mixed;
      const { seeds, mixed } = seedPlan(sourceBlocks, forced);
      expect(mixed.has(forced)).toBe(false);
      expect(seeds).toHaveLength(plan.seeds.length);
      expect(peels(sourceBlocks, sumsOf(sourceBlocks, seeds, forced).slice(0, sourceBlocks))).toBe(true);
      expect(seedPlan(sourceBlocks, NONE)).toBe(plan);
    }
  });

  it('of a single block crash phones and are refused', () => {
    expect(() => seedPlan(1, NONE)).toThrow(RangeError);
    expect(() => seedPlan(0, NONE)).toThrow(RangeError);
    expect(() => seedPlan(256, NONE)).toThrow(RangeError);
  });
});
