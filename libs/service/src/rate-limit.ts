import type { Clock } from './clock.ts';

/**
 * Lets one event per key through in each interval.
 * Keys come from closed lists in the code: their number is its bound.
 * @returns how many were held back since the last one that passed, or undefined when this one is held back.
 */
export const createRateLimit = (clock: Clock, everyMs: number): ((key: string) => number | undefined) => {
  const byKey = new Map<string, { readonly passedMs: number; heldBack: number }>();
  return (key) => {
    const known = byKey.get(key);
    const now = clock.monotonic();
    if (known !== undefined && now - known.passedMs < everyMs) {
      known.heldBack += 1;
      return undefined;
    }
    byKey.set(key, { passedMs: now, heldBack: 0 });
    return known?.heldBack ?? 0;
  };
};
