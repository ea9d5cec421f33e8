import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEquations } from './equations.ts';

const blocksOf = (count: number, bytes: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, block) => Uint8Array.from({ length: bytes }, (__, at) => block * 31 + at * 7));

const sum = (blocks: readonly Uint8Array[], indices: readonly number[]): Uint8Array =>
  Uint8Array.from(blocks[0] ?? [], (_, at) => indices.reduce((xor, index) => xor ^ (blocks[index]?.[at] ?? 0), 0));

describe('equations', () => {
  it('are solved where subtracting known blocks alone would not begin', () => {
    const blocks = blocksOf(3, 5);
    const equations = createEquations(3, 5);
    for (const indices of [
      [0, 1],
      [1, 2],
      [0, 1, 2],
    ])
      expect(equations.add(indices, sum(blocks, indices))).toBe('new');
    expect([...equations.solve()]).toEqual(blocks.flatMap((block) => [...block]));
  });

  it('say what is new, what follows and what cannot be', () => {
    const blocks = blocksOf(40, 3);
    const equations = createEquations(40, 3);
    expect(equations.add([0, 39], sum(blocks, [0, 39]))).toBe('new');
    expect(equations.add([39, 32], sum(blocks, [39, 32]))).toBe('new');
    expect(equations.add([0, 32], sum(blocks, [0, 32]))).toBe('known');
    expect(equations.add([0, 32], Uint8Array.of(1, 2, 3))).toBe('contradiction');
    expect(equations.rank).toBe(2);
    expect(() => equations.solve()).toThrow(RangeError);
  });

  it('give all blocks at full rank, in any order and of any size', () => {
    const sets = fc.integer({ min: 1, max: 70 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        bytes: fc.integer({ min: 1, max: 12 }),
        sums: fc.array(fc.uniqueArray(fc.nat(count - 1), { minLength: 1, maxLength: 8 }), { maxLength: 40 }),
        order: fc.shuffledSubarray(
          Array.from({ length: count }, (_, index) => index),
          { minLength: count },
        ),
      }),
    );
    fc.assert(
      fc.property(sets, ({ count, bytes, sums, order }) => {
        const blocks = blocksOf(count, bytes);
        const equations = createEquations(count, bytes);
        for (const indices of sums) expect(equations.add(indices, sum(blocks, indices))).not.toBe('contradiction');
        for (const index of order) equations.add([index], sum(blocks, [index]));
        expect(equations.rank).toBe(count);
        expect([...equations.solve()]).toEqual(blocks.flatMap((block) => [...block]));
      }),
    );
  });
});
