import { describe, expect, it } from 'vitest';
import { createJavaRandom } from './java-random.ts';

describe('random numbers', () => {
  it('are those of java.util.Random', () => {
    expect(createJavaRandom(42).next(32) | 0).toBe(-1170105035);
    expect(createJavaRandom(42).next(31)).toBe(1562431130 >>> 0);
    const zero = createJavaRandom(0);
    expect([zero.nextDouble(), zero.nextDouble()]).toEqual([0.730967787376657, 0.24053641567148587]);
  });

  it.each<[string, (random: ReturnType<typeof createJavaRandom>) => number, readonly number[]]>([
    ['31 bits', (random) => random.next(31), [776966251, 1102109080, 2003588241, 1969488828]],
    [
      'doubles',
      (random) => random.nextDouble(),
      [0.3618031071604718, 0.932993485288541, 0.8330913489710237, 0.32647575623792624],
    ],
    ['below 10', (random) => random.nextInt(10), [1, 0, 1, 8, 5, 4, 5, 2, 1, 9, 7, 2]],
    ['below 16, a power of two', (random) => random.nextInt(16), [5, 8, 14, 14, 13, 0, 5, 1, 3, 0, 5, 15]],
    ['below 1', (random) => random.nextInt(1), [0, 0]],
  ])('of seed 12345: %s', (_, draw, expected) => {
    const random = createJavaRandom(12345);
    expect(expected.map(() => draw(random))).toEqual(expected);
  });

  it('of a bound that does not divide 2^31 draw again when a value would be likelier than others', () => {
    // Every second draw is beyond the last full run; the first that is not, is taken.
    const bound = 2 ** 30 + 1;
    const drawn = createJavaRandom(7);
    const plain = createJavaRandom(7);
    for (let i = 0; i < 20; i += 1) {
      let expected = plain.next(31);
      while (expected >= bound) expected = plain.next(31);
      expect(drawn.nextInt(bound)).toBe(expected);
    }
  });
});
