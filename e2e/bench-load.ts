/** Load on a bench site: frames at a rate, or as fast as they come out. */
import { setTimeout as sleep } from 'node:timers/promises';
import { benchFrame } from './bench-frames.ts';
import type { BenchSite } from './bench-site.ts';
import { pace } from './pace.ts';
import { HarnessError } from './wait.ts';

const TICK_MS = 1;
/** Without any progress. */
const STUCK_MS = 20_000;

export interface LoadResult {
  /** From giving a frame to the mesh until it is read from the socket, in the order of arrival. */
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
}

/** What came of frames `first` to `first + count - 1`; each counts once. */
const follow = (site: BenchSite, first: number, count: number) => {
  const sentMs = new Map<number, number>();
  const latenciesMs: number[] = [];
  let progressMs = performance.now();
  site.onArrival((number, atMs) => {
    const startMs = sentMs.get(number);
    if (startMs === undefined) return;
    sentMs.delete(number);
    latenciesMs.push(atMs - startMs);
    progressMs = atMs;
  });
  return {
    latenciesMs,
    send: (index: number): void => {
      const number = first + index;
      const packet = benchFrame(number);
      sentMs.set(number, performance.now());
      site.transmit(packet);
    },
    get isDone() {
      if (performance.now() - progressMs > STUCK_MS) {
        throw new HarnessError(
          'timeout',
          `${latenciesMs.length} of ${count} frames came out, then none for ${STUCK_MS} ms`,
        );
      }
      return latenciesMs.length === count;
    },
  };
};

/** @param first number; the next free one is `first + count`. @throws HarnessError `timeout` when one never comes out. */
export const runPaced = async (site: BenchSite, first: number, count: number, rate: number): Promise<LoadResult> => {
  const following = follow(site, first, count);
  const beginMs = performance.now();
  await pace(count, rate, (number) => following.send(number - 1));
  while (!following.isDone) await sleep(TICK_MS);
  return { latenciesMs: following.latenciesMs, seconds: (performance.now() - beginMs) / 1000 };
};

/** As fast as they come out, `underWay` at a time. */
export const runWindow = async (
  site: BenchSite,
  first: number,
  count: number,
  underWay: number,
): Promise<LoadResult> => {
  const following = follow(site, first, count);
  const beginMs = performance.now();
  let sent = 0;
  const fill = (): void => {
    for (; sent < count && sent - following.latenciesMs.length < underWay; sent += 1) following.send(sent);
  };
  site.onArrival(fill);
  fill();
  while (!following.isDone) await sleep(TICK_MS);
  return { latenciesMs: following.latenciesMs, seconds: (performance.now() - beginMs) / 1000 };
};
