/**
 * Rule 10, the origin's part of publishing: a fragment has no answer before its transfer is whole, which may take minutes
 * and fragments that another radio hears. So it is published again and again, outside the window and without ever being
 * poison: a worker that starts anew hears every fragment again, and a whole that was lost on its way is made again.
 */
import type { Part } from './part.ts';

/** A whole that was lost on its way is made again soon ... */
const FIRST_RETRY_MS = 2000;
/** ... and a worker that starts anew knows everything after this; a thousand fragments are then 34 messages a second. */
const RETRY_MS = 30_000;

export interface FragmentRetries<P> {
  /** It is due at once. */
  add(part: Part<P>): void;
  delete(part: Part<P>): void;
  /** Those to be published now. The caller marks them as sent. */
  due(nowMs: number): readonly Part<P>[];
  readonly parts: ReadonlySet<Part<P>>;
}

export const createFragmentRetries = <P>(): FragmentRetries<P> => {
  const parts = new Set<Part<P>>();
  /** Nothing is due before. */
  let nextMs = Number.POSITIVE_INFINITY;
  return {
    parts,
    add: (part) => {
      parts.add(part);
      nextMs = Number.NEGATIVE_INFINITY;
    },
    delete: (part) => void parts.delete(part),
    due: (nowMs) => {
      if (nowMs < nextMs) return NONE;
      const due: Part<P>[] = [];
      nextMs = Number.POSITIVE_INFINITY;
      for (const part of parts) {
        const isDue = nowMs >= dueMs(part);
        if (isDue) due.push(part);
        nextMs = Math.min(nextMs, isDue ? nowMs + retryMs(part.tries + 1) : dueMs(part));
      }
      return due;
    },
  };
};

const NONE: readonly never[] = [];

const retryMs = (tries: number): number => Math.min(RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1));
const dueMs = <P>({ tries, sentMs }: Part<P>): number =>
  tries === 0 ? Number.NEGATIVE_INFINITY : sentMs + retryMs(tries);
