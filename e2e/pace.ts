/** Numbers at a steady rate. */
import { setTimeout as sleep } from 'node:timers/promises';

const TICK_MS = 10;

/** Calls for each of 1 to `count`, `rate` a second; what a busy machine delays is made up for. */
export const pace = async (count: number, rate: number, call: (number: number) => void): Promise<void> => {
  const startMs = performance.now();
  for (let done = 0; done < count; await sleep(TICK_MS)) {
    const due = Math.min(count, Math.floor(((performance.now() - startMs) * rate) / 1000) + 1);
    for (; done < due; done += 1) call(done + 1);
  }
};
