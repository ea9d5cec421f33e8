/** How long to wait for an answer: measured round trips, doubled while there is silence. */

/** Until the first answer was measured. */
const FIRST_TIMEOUT_MS = 1000;
/** Receipts are batched; a shorter timeout would repeat what is on its way. */
const MIN_TIMEOUT_MS = 250;
const MAX_TIMEOUT_MS = 30_000;
const MAX_DOUBLINGS = 5;
/** So many answers in a row to items that were tried again, and none to a first try: the way is longer than the timeout. */
const LATE_ANSWERS = 32;

export interface RoundTrip {
  /** An item answered at its first try: later tries cannot tell which of them was answered. */
  measured(ms: number): void;
  /** An item answered that was tried again: which try it was nobody knows, but that first tries are too slow shows in time. */
  late(): void;
  /** Something was answered. */
  heard(): void;
  /** A try ran out and nothing sent since was answered. */
  silent(nowMs: number): void;
  timeoutMs(): number;
}

export const createRoundTrip = (): RoundTrip => {
  let smoothedMs: number | undefined;
  let deviationMs = 0;
  let doublings = 0;
  let doubledMs = -Infinity;
  let lateAnswers = 0;
  /** Doublings until a first try is answered again. */
  let stretched = 0;
  const timeoutMs = (): number => {
    const base = smoothedMs === undefined ? FIRST_TIMEOUT_MS : smoothedMs + 4 * deviationMs;
    return Math.min(MAX_TIMEOUT_MS, Math.max(MIN_TIMEOUT_MS, base) * 2 ** (doublings + stretched));
  };
  return {
    measured: (ms) => {
      lateAnswers = 0;
      stretched = 0;
      if (smoothedMs === undefined) {
        smoothedMs = ms;
        deviationMs = ms / 2;
        return;
      }
      deviationMs += (Math.abs(ms - smoothedMs) - deviationMs) / 4;
      smoothedMs += (ms - smoothedMs) / 8;
    },
    late: () => {
      lateAnswers += 1;
      if (lateAnswers % LATE_ANSWERS === 0) stretched = Math.min(MAX_DOUBLINGS, stretched + 1);
    },
    heard: () => {
      doublings = 0;
      doubledMs = -Infinity;
    },
    silent: (nowMs) => {
      // Many tries run out together; they are one silence.
      if (doublings === MAX_DOUBLINGS || nowMs - doubledMs < timeoutMs()) return;
      doublings += 1;
      doubledMs = nowMs;
    },
    timeoutMs,
  };
};
