/** Does the faults of a schedule at their times, and undoes them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { faultText } from './faults.ts';
import type { Fault } from './faults.ts';

/** A wall clock that is wrong is wrong by so much, ahead and behind in turns. */
const JUMP_MS = 3_600_000;
/** Of the two ways to cut a connection or to be wrong. */
const TURN_MS = 4_000;

/** What can be done to a running system. */
export interface Hurt {
  kill(process: string): Promise<void>;
  start(process: string): Promise<void>;
  pause(process: string): void;
  resume(process: string): void;
  cut(proxy: string, kind: 'rst' | 'fin'): void;
  hold(proxy: string): void;
  release(proxy: string): void;
  slow(proxy: string): void;
  restartBroker(broker: string, downMs: number): Promise<void>;
  /** Its wall clock is wrong by so much from now on; its monotonic one is not. */
  setClock(process: string, offsetMs: number): void;
  /** The volume of its journals has no room left, and has again. */
  fillVolume(process: string): Promise<void>;
  makeRoom(process: string): Promise<void>;
  /** Starts a dead process with an empty volume. */
  startAnew(process: string): Promise<void>;
}

/** Does it all at its time; resolves when the last fault is over. */
export const injectFaults = async (
  faults: readonly Fault[],
  hurt: Hurt,
  say: (text: string) => void,
): Promise<void> => {
  await Promise.all(
    faults.map(async (fault) => {
      await sleep(fault.atMs);
      say(faultText(fault));
      await inject(fault, hurt);
    }),
  );
};

const inject = async ({ kind, target, durationMs, atMs }: Fault, hurt: Hurt): Promise<void> => {
  const isEven = Math.floor(atMs / TURN_MS) % 2 === 0;
  switch (kind) {
    case 'kill':
      await hurt.kill(target);
      await sleep(durationMs);
      return hurt.start(target);
    case 'pause':
      hurt.pause(target);
      await sleep(durationMs);
      return hurt.resume(target);
    case 'cut':
      return hurt.cut(target, isEven ? 'rst' : 'fin');
    case 'half-open':
      hurt.hold(target);
      await sleep(durationMs);
      hurt.cut(target, 'rst');
      return hurt.release(target);
    case 'slow-client':
      hurt.slow(target);
      await sleep(durationMs);
      return hurt.release(target);
    case 'broker-restart':
    case 'broker-away':
      return hurt.restartBroker(target, durationMs);
    case 'clock-jump':
      hurt.setClock(target, isEven ? JUMP_MS : -JUMP_MS);
      await sleep(durationMs);
      return hurt.setClock(target, 0);
    case 'disk-full':
      await hurt.fillVolume(target);
      await sleep(durationMs);
      return hurt.makeRoom(target);
    case 'lost-volume':
      await hurt.kill(target);
      await sleep(durationMs);
      return hurt.startAnew(target);
  }
};
