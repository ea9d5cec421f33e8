import type { Clock } from '../clock.ts';

export interface FakeClock extends Clock {
  /** Both clocks move on; timers that become due run in order, each at its own time. */
  advance(ms: number): void;
  /** Like advance, and promises settle before, between and after the timers. */
  pass(ms: number): Promise<void>;
  /** Moves a clock without running timers: a wall clock that was set, a machine that slept. */
  set(time: { readonly nowMs?: number; readonly monotonicMs?: number }): void;
  /** Timers that are still to run: what was not cancelled. */
  readonly pending: number;
}

interface Timer {
  dueMs: number;
  readonly everyMs: number | undefined;
  readonly call: () => void;
}

/** Settled when everything that waits on promises or immediates only has run. */
const settled = async (): Promise<void> => {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
};

/** Time for tests; starts at 2026-01-01T00:00:00Z and monotonic 0. */
export const fakeClock = (startMs: number = Date.UTC(2026, 0, 1)): FakeClock => {
  let nowMs = startMs;
  let monotonicMs = 0;
  const timers = new Set<Timer>();

  const add = (ms: number, everyMs: number | undefined, call: () => void): (() => void) => {
    const timer: Timer = { dueMs: monotonicMs + Math.max(0, ms), everyMs, call };
    timers.add(timer);
    return () => timers.delete(timer);
  };

  const dueBy = (endMs: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs <= endMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
    }
    return first;
  };

  const moveTo = (ms: number): void => {
    if (ms <= monotonicMs) return;
    nowMs += ms - monotonicMs;
    monotonicMs = ms;
  };

  const run = (timer: Timer): void => {
    moveTo(timer.dueMs);
    if (timer.everyMs === undefined) timers.delete(timer);
    else timer.dueMs = Math.max(monotonicMs, timer.dueMs) + Math.max(1, timer.everyMs);
    timer.call();
  };

  return {
    now: () => nowMs,
    monotonic: () => monotonicMs,
    after: (ms, call) => add(ms, undefined, call),
    every: (ms, call) => add(ms, ms, call),
    advance: (ms) => {
      const endMs = monotonicMs + ms;
      for (let timer = dueBy(endMs); timer !== undefined; timer = dueBy(endMs)) run(timer);
      moveTo(endMs);
    },
    pass: async (ms) => {
      const endMs = monotonicMs + ms;
      await settled();
      for (let timer = dueBy(endMs); timer !== undefined; timer = dueBy(endMs)) {
        run(timer);
        await settled();
      }
      moveTo(endMs);
    },
    set: (time) => {
      nowMs = time.nowMs ?? nowMs;
      monotonicMs = time.monotonicMs ?? monotonicMs;
    },
    get pending() {
      return timers.size;
    },
  };
};
