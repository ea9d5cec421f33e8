/**
 * Who is alive, and what their clocks say.
 *
 * A retained status outlives its author, so the first one seen of an author counts by its own time; from the second
 * on (its time has moved) it counts from when it came. A site whose clock is wrong is thus online as soon as its next
 * heartbeat is heard, and the difference of its clock to ours corrects every other time it sends.
 */
import { setBounded } from './bounds.ts';

/** Heartbeats come every 10 s; three lost and a little delay still count as alive. */
const FRESH_MS = 35_000;
/** Below it, a difference between two clocks is the way of the message. */
const CLOCK_TOLERANCE_MS = 2000;
/** Authors followed: all agents and all services. */
const MAX_AUTHORS = 600;

interface Heartbeat {
  readonly atMs: number;
  readonly seenMs: number;
}

export interface Heartbeats {
  /** Notes a status. `key` is unique per author, `clock` the name under which its clock is known. */
  heard(key: string, clock: string, status: { readonly online: boolean; readonly atMs: number }, nowMs: number): void;
  isFresh(key: string, nowMs: number): boolean;
  /** How far the clock is behind ours, milliseconds; negative when it is ahead, 0 while unknown or small. */
  behindMs(clock: string): number;
  forget(key: string): void;
  /** After a gap on the bus every status may be an old one again. */
  reset(): void;
}

export const createHeartbeats = (): Heartbeats => {
  const beats = new Map<string, Heartbeat>();
  const behind = new Map<string, number>();
  const isFresh = (beat: Heartbeat | undefined, nowMs: number): boolean =>
    beat !== undefined && nowMs - beat.seenMs <= FRESH_MS;

  return {
    heard: (key, clock, { online, atMs }, nowMs) => {
      const earlier = beats.get(key);
      if (!online) {
        // A last will was written when its author connected: its time says nothing about the clock now.
        beats.delete(key);
      } else if (earlier === undefined) {
        setBounded(beats, key, { atMs, seenMs: Math.min(Number.isFinite(atMs) ? atMs : 0, nowMs) }, MAX_AUTHORS);
      } else if (earlier.atMs !== atMs) {
        const difference = nowMs - atMs;
        setBounded(beats, key, { atMs, seenMs: nowMs }, MAX_AUTHORS);
        setBounded(behind, clock, Math.abs(difference) > CLOCK_TOLERANCE_MS ? difference : 0, MAX_AUTHORS);
      }
    },
    isFresh: (key, nowMs) => isFresh(beats.get(key), nowMs),
    behindMs: (clock) => {
      const ms = behind.get(clock) ?? 0;
      return Number.isFinite(ms) ? ms : 0;
    },
    forget: (key) => void beats.delete(key),
    reset: () => beats.clear(),
  };
};
