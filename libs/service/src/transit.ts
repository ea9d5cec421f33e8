/**
 * How long a publish was on its way, beyond the quickest: what waited in a broker or for a bridge is as old as its origin says,
 * and that much older. Clocks of different machines are not compared, only what the same pair of clocks shows each time.
 */
import type { Sent } from './custody-messages.ts';

/** The quickest of the last one or two of these counts: clocks drift apart by some milliseconds in it. */
const WINDOW_MS = 10 * 60_000;
/** A clock that seems to be so far off is another one than it was. */
const MAX_TRANSIT_MS = 60 * 60_000;
/** The one that spoke longest ago goes. */
const MAX_ORIGINS = 1_000;

/** What the clock here shows more than the clock there. */
interface Quickest {
  readonly clock: number;
  readonly sinceMs: number;
  readonly offsetMs: number;
  /** Of the window before. */
  readonly earlierMs: number;
}

export interface Transits {
  /** @param nowMs monotonic. @returns milliseconds; 0 for what does not say when it was sent. */
  of(origin: string, sent: Sent, nowMs: number): number;
}

export const createTransits = (): Transits => {
  const origins = new Map<string, Quickest>();
  const remember = (origin: string, quickest: Quickest): void => {
    origins.delete(origin);
    origins.set(origin, quickest);
    const [oldest] = origins.keys();
    if (origins.size > MAX_ORIGINS && oldest !== undefined) origins.delete(oldest);
  };
  return {
    of: (origin, { sentMs, clock }, nowMs) => {
      if (clock === 0) return 0;
      const offsetMs = nowMs - sentMs;
      const known = currentOf(origins.get(origin), clock, nowMs);
      const quickestMs = known === undefined ? offsetMs : Math.min(known.offsetMs, known.earlierMs);
      if (known === undefined || offsetMs - quickestMs > MAX_TRANSIT_MS) {
        remember(origin, { clock, sinceMs: nowMs, offsetMs, earlierMs: Infinity });
        return 0;
      }
      remember(origin, { ...known, offsetMs: Math.min(known.offsetMs, offsetMs) });
      return Math.max(0, offsetMs - quickestMs);
    },
  };
};

/** In the window of now. */
const currentOf = (known: Quickest | undefined, clock: number, nowMs: number): Quickest | undefined => {
  if (known === undefined || known.clock !== clock || nowMs - known.sinceMs >= 2 * WINDOW_MS) return undefined;
  if (nowMs - known.sinceMs < WINDOW_MS) return known;
  return { clock, sinceMs: nowMs, offsetMs: Infinity, earlierMs: known.offsetMs };
};
