/** A clock that moves only when it is told to. */
import type { SimulatorClock } from '../clock.ts';

export interface ManualClock extends SimulatorClock {
  /** Lets time pass, calling what falls due in order. */
  advance(ms: number): void;
}

export const createManualClock = (startMs = 1_750_000_000_000): ManualClock => {
  const due = new Map<symbol, { atMs: number; call: () => void }>();
  let nowMs = startMs;
  const after = (ms: number, call: () => void): (() => void) => {
    const key = Symbol('timer');
    due.set(key, { atMs: nowMs + ms, call });
    return () => void due.delete(key);
  };
  const every = (ms: number, call: () => void): (() => void) => {
    const again = (): void => {
      cancel = after(ms, again);
      call();
    };
    let cancel = after(ms, again);
    return () => cancel();
  };
  const advance = (ms: number): void => {
    const untilMs = nowMs + ms;
    for (;;) {
      const [next] = [...due].filter(([, { atMs }]) => atMs <= untilMs).sort((a, b) => a[1].atMs - b[1].atMs);
      if (!next) break;
      due.delete(next[0]);
      nowMs = Math.max(nowMs, next[1].atMs);
      next[1].call();
    }
    nowMs = untilMs;
  };
  return { now: () => nowMs, after, every, advance };
};
