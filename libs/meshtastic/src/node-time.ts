/** When something was observed. Kept as the agent's monotonic time, so that a clock that is set changes no age. */

/** Now, by both clocks. */
export interface Moment {
  readonly monotonicMs: number;
  /** Epoch milliseconds. */
  readonly wallMs: number;
}

/** What comes from memory without a time: older than anything that is drawn as current, younger than what is thrown away. */
export const UNKNOWN_AGE_MS = 24 * 3600 * 1000;

/** No mesh of today is older: a clock before it was never set. */
export const EARLIEST_MS = Date.UTC(2020, 0, 1);
/** Clocks that are set still differ. */
const AHEAD_MS = 60_000;

/**
 * The monotonic time of an epoch time in seconds that a node or a radio wrote; at most now.
 * Undefined when it cannot be: 0, before 2020, or more than 60 s ahead of our own clock.
 */
export const observedMs = (epochSeconds: number, now: Moment): number | undefined => {
  const ageMs = now.wallMs - epochSeconds * 1000;
  if (epochSeconds * 1000 < EARLIEST_MS || ageMs < -AHEAD_MS) return undefined;
  return now.monotonicMs - Math.max(0, ageMs);
};

/** A value with the monotonic time at which it was true. */
export interface Observed<T> {
  readonly value: T;
  readonly observedMs: number;
}

/** A live value that is older than what is known by less than this was overtaken on its way; by more, its sender's clock was set. */
const OVERTAKEN_MS = 600_000;

/** What holds of two: a live value unless it was overtaken, one from memory (dump, replay) only when it is newer. */
export const newest = <T>(known: Observed<T> | undefined, come: Observed<T>, isLive: boolean): Observed<T> => {
  if (known === undefined) return come;
  const behindMs = known.observedMs - come.observedMs;
  return behindMs < 0 || (isLive && (behindMs === 0 || behindMs >= OVERTAKEN_MS)) ? come : known;
};
