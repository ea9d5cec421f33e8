/** Time as an argument. The fake is testing/fake-clock.ts. */

export interface Clock {
  /** Wall clock, epoch milliseconds. May jump. */
  now(): number;
  /** Milliseconds since some moment; never goes back. */
  monotonic(): number;
  /** Calls once after `ms`. @returns cancels it. */
  after(ms: number, call: () => void): () => void;
  /** Calls every `ms`. @returns ends it. */
  every(ms: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  // Of the boot, not of the process: what an earlier process journaled can be dated.
  monotonic: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  every: (ms, call) => {
    const timer = setInterval(call, ms);
    return () => clearInterval(timer);
  },
};
