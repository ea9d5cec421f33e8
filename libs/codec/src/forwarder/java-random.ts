/** The random numbers of the fountain code: those of java.util.Random, so that every receiver draws the same. */

// 48 bits of state in two halves of 24, so that every product stays below 2^53.
const HALF = 2 ** 24;
const HALF_MASK = HALF - 1;
const MULTIPLIER_HIGH = 0x0005de;
const MULTIPLIER_LOW = 0xece66d;
const INCREMENT = 0xb;

export interface JavaRandom {
  /** The upper bits of the next state, unsigned. @param bits 24 to 32 */
  next(bits: number): number;
  /** 0 to below 1, with 53 bits. */
  nextDouble(): number;
  /** 0 to below the bound, each as likely. @param bound 1 to 2^31 - 1 */
  nextInt(bound: number): number;
}

/** @param seed 0 to 65535: what a fragment carries */
export const createJavaRandom = (seed: number): JavaRandom => {
  let high = MULTIPLIER_HIGH;
  let low = seed ^ MULTIPLIER_LOW;

  const next = (bits: number): number => {
    const product = low * MULTIPLIER_LOW + INCREMENT;
    high = (high * MULTIPLIER_LOW + low * MULTIPLIER_HIGH + Math.floor(product / HALF)) % HALF;
    low = product & HALF_MASK;
    return high * 2 ** (bits - 24) + (low >>> (48 - bits));
  };

  const nextDouble = (): number => (next(26) * 2 ** 27 + next(27)) / 2 ** 53;

  const nextInt = (bound: number): number => {
    if ((bound & (bound - 1)) === 0) return Math.floor((bound * next(31)) / 2 ** 31);
    for (;;) {
      const drawn = next(31);
      const value = drawn % bound;
      // The last, shorter run of values would make small ones likelier.
      if (drawn - value + bound - 1 < 2 ** 31) return value;
    }
  };

  return { next, nextDouble, nextInt };
};
