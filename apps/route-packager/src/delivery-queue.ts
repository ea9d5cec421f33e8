/**
 * One place that packages go to, such as a TAK server: one package at a time, again after a while when it is away, in the
 * order they came. A newer package of a uid takes the place of an older one that still waits.
 */
import type { Clock } from '@cotbus/service';
import type { Route } from './route.ts';

export type DeliveryResult =
  | { readonly kind: 'done'; readonly text: string }
  /** For good: it would be refused again. */
  | { readonly kind: 'refused'; readonly text: string }
  /** Not now. */
  | { readonly kind: 'away'; readonly text: string };

export interface DeliveryJob {
  readonly route: Route;
  /** By the monotonic clock: when it is no longer worth trying. */
  readonly untilMs: number;
}

export interface DeliveryQueueOptions<J extends DeliveryJob> {
  readonly clock: Clock;
  /** Aborted when the service stops: what waits is left to its next life. */
  readonly signal: AbortSignal;
  /** One attempt; never rejects. */
  readonly attempt: (job: J) => Promise<DeliveryResult>;
  /** After each change: what waits, and why it does; empty when the last attempt was answered. */
  readonly changed: (waiting: number, why: string) => void;
}

export interface DeliveryQueue<J> {
  /** Resolves with how it ended; never when the service stops before. */
  deliver(job: J): Promise<DeliveryResult>;
}

const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 60_000;

interface Waiting<J> {
  readonly job: J;
  readonly end: (result: DeliveryResult) => void;
}

export const createDeliveryQueue = <J extends DeliveryJob>(options: DeliveryQueueOptions<J>): DeliveryQueue<J> => {
  const { clock, signal, attempt, changed } = options;
  const waiting: Waiting<J>[] = [];
  let isBusy = false;
  let waitMs = FIRST_WAIT_MS;
  let why = '';
  let cancelWait: (() => void) | undefined;
  signal.addEventListener('abort', () => cancelWait?.(), { once: true });

  const leave = (entry: Waiting<J>, result: DeliveryResult): void => {
    const at = waiting.indexOf(entry);
    if (at === -1) return;
    waiting.splice(at, 1);
    entry.end(result);
  };
  const dropLate = (): void => {
    for (const entry of waiting.filter(({ job }) => job.untilMs <= clock.monotonic())) {
      leave(entry, { kind: 'away', text: why });
    }
  };
  const again = (): void => {
    cancelWait = clock.after(waitMs, () => {
      cancelWait = undefined;
      dropLate();
      void work();
    });
    waitMs = Math.min(waitMs * 2, MAX_WAIT_MS);
  };
  const work = async (): Promise<void> => {
    if (isBusy || cancelWait !== undefined) return;
    isBusy = true;
    for (let first = waiting[0]; first !== undefined && !signal.aborted; first = waiting[0]) {
      const result = await attempt(first.job);
      if (signal.aborted) return;
      why = result.kind === 'away' ? result.text : '';
      if (result.kind !== 'away') {
        waitMs = FIRST_WAIT_MS;
        leave(first, result);
      }
      changed(waiting.length, why);
      if (result.kind === 'away') break;
    }
    isBusy = false;
    dropLate();
    if (waiting.length > 0) again();
    changed(waiting.length, why);
  };

  return {
    deliver: (job) =>
      new Promise((resolve) => {
        const older = waiting.find((entry) => entry.job.route.uid === job.route.uid);
        if (older !== undefined) leave(older, { kind: 'refused', text: 'a newer version took its place' });
        waiting.push({ job, end: resolve });
        changed(waiting.length, why);
        void work();
      }),
  };
};
