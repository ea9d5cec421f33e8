/** Runs frames along a path and tells what processor time, of all threads of the process, each of them took. */
import { setTimeout as after } from 'node:timers/promises';
import type { FrameHeard } from '@cotbus/contracts';
import type { FramePath } from './frame-path.bench.ts';

const STEP_MS = 10;
/** Frames under way at most when they go as fast as they can: their round trip stays below the shortest timeout. */
const MAX_UNDER_WAY = 64;
/** No round takes as long. */
const STUCK_MS = 60_000;

export interface Round {
  readonly cpuMicrosPerFrame: number;
  readonly framesPerSecond: number;
  /** Publishes beyond the first of a frame: the machine did not keep up, and the processor time says that, too. */
  readonly repeated: number;
}

/** @param perSecond of frames; as fast as it goes, if left out. */
export const runRound = async (
  path: FramePath,
  frames: readonly FrameHeard[],
  { count, perSecond }: { readonly count: number; readonly perSecond?: number },
): Promise<Round> => {
  const before = path.delivered;
  const repeatedBefore = path.repeated;
  const begin = performance.now();
  const cpu = process.cpuUsage();
  const hear = (at: number): void => {
    const frame = frames[at % frames.length];
    if (frame !== undefined) path.hear(frame);
  };
  let heard = 0;
  const dueNow = (): number =>
    perSecond === undefined
      ? path.delivered - before + MAX_UNDER_WAY
      : Math.ceil(((performance.now() - begin) * perSecond) / 1000);
  const isOver = (): boolean => heard === count && path.isIdle;
  while (!isOver()) {
    for (const due = Math.min(count, dueNow()); heard < due; heard += 1) hear(heard);
    await (perSecond === undefined ? immediate() : after(STEP_MS));
    if (performance.now() - begin > STUCK_MS) throw new TypeError(`${path.delivered - before} of ${count} arrived`);
  }
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - begin) / 1000;
  return {
    cpuMicrosPerFrame: (user + system) / count,
    framesPerSecond: count / seconds,
    repeated: path.repeated - repeatedBefore,
  };
};

const immediate = async (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
