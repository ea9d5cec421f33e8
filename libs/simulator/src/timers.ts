/** Timers that end together. */
import type { SimulatorClock } from './clock.ts';

export interface Timers {
  after(ms: number, call: () => void): void;
  every(ms: number, call: () => void): void;
  /** Ends all of them. */
  cancel(): void;
}

export const createTimers = (clock: SimulatorClock): Timers => {
  const ends = new Set<() => void>();
  return {
    after: (ms, call) => {
      const end = clock.after(ms, () => {
        ends.delete(end);
        call();
      });
      ends.add(end);
    },
    every: (ms, call) => void ends.add(clock.every(ms, call)),
    cancel: () => {
      for (const end of ends) end();
      ends.clear();
    },
  };
};
