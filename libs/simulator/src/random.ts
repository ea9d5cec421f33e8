/** Randomness that repeats: the same seed gives the same mesh. Not for keys. */

/** Uniform in [0, 1). */
export type Random = () => number;

/** A xorshift generator of 32 bits. @param seed any integer; its lowest 32 bits count. */
export const createRandom = (seed: number): Random => {
  // Neighbouring seeds must not give neighbouring sequences, and the state must never be 0.
  let state = Math.imul((seed | 0) + 1, 0x9e3779b1) | 0;
  state = state ^ (state >>> 15) || 0x6d2b79f5;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};

/** Uniform in [low, high). */
export const between = (random: Random, low: number, high: number): number => low + random() * (high - low);
