/** How long an event holds: the V2 dialect carries seconds, no times. */
import type { EventTree } from '../cot/event-tree.ts';
import { MAX_STALE_AFTER_MS, MIN_STALE_SECONDS, MIN_STATIC_STALE_SECONDS } from '../limits.ts';
import type { PacketProfile } from './profile.ts';

const SECOND_MS = 1000;

/** Routes, drawings, rings, points, pick-up requests, alerts: they do not move, yet their own stale may be seconds. */
const STATIC_TYPE = /^(?:b-m-r|u-d-|u-r|b-m-p-|b-r-f-h-c|b-a-)/;

type Times = Pick<EventTree, 'type' | 'timeMs' | 'staleMs' | 'staleAfterMs'>;

/** Stale less time, each cut to whole seconds first; 0 when it is past. Static things get at least 15 minutes. */
export const parseStaleSeconds = ({ type, timeMs, staleMs, staleAfterMs }: Times, { asSdk }: PacketProfile): number => {
  const seconds =
    staleMs === 0
      ? Math.floor(staleAfterMs / SECOND_MS)
      : Math.floor(staleMs / SECOND_MS) - Math.floor(timeMs / SECOND_MS);
  const least = !asSdk && STATIC_TYPE.test(type) ? MIN_STATIC_STALE_SECONDS : 0;
  return Math.min(Math.max(seconds, least), Math.floor(MAX_STALE_AFTER_MS / SECOND_MS));
};

/** At least 45 s, at most what the bus can say. */
export const buildStaleAfterMs = (staleSeconds: number): number =>
  Math.min(Math.max(staleSeconds, MIN_STALE_SECONDS) * SECOND_MS, MAX_STALE_AFTER_MS);
