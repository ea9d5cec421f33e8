/** When the contact of a node was last made: any packet of it makes it due again, but not more often than this. */
import { createTtlMap } from '@cotbus/service';
import type { Clock } from '@cotbus/service';

/** A chatty node does not flood the bus, and its contact is never older than what was heard of it by more. */
const REFRESH_MS = 10_000;
/** Beyond what a radio can hear in ten seconds. */
const MAX_NODES = 5_000;

export interface RefreshClock {
  due(num: number): boolean;
  made(num: number): void;
}

export const createRefreshClock = (clock: Clock): RefreshClock => {
  const recent = createTtlMap<number, true>({ ttlMs: REFRESH_MS, maxEntries: MAX_NODES, clock });
  return {
    due: (num) => !recent.has(num),
    made: (num) => recent.set(num, true),
  };
};
