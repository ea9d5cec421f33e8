/** The pace of a recording that is played back. */
import type { Clock } from '../clock.ts';

/** What is due at once comes in pieces: everything else of the process has its turn between them. */
const BURST = 50;

/**
 * The first call sets the start.
 * @param speed how many times as fast as it was recorded
 * @returns waits until what was recorded at that time (epoch milliseconds) is due, or until the signal's abort
 */
export const createPace = (clock: Clock, speed: number, signal: AbortSignal): ((atMs: number) => Promise<void>) => {
  let first: { readonly atMs: number; readonly startMs: number } | undefined;
  let burst = 0;
  return async (atMs) => {
    first ??= { atMs, startMs: clock.monotonic() };
    const waitMs = first.startMs + (atMs - first.atMs) / speed - clock.monotonic();
    burst = waitMs > 0 ? 0 : burst + 1;
    if (signal.aborted || (waitMs <= 0 && burst < BURST)) return;
    burst = 0;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = clock.after(Math.max(0, waitMs), end);
      signal.addEventListener('abort', end, { once: true });
    });
  };
};
