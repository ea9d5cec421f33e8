/** What every chunk of a proxied connection passes: holds, delays and throttles it by the manners of the moment. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Longest single wait of a throttled chunk, so that new manners are felt soon. */
const MAX_STEP_MS = 100;

/** How connections are treated; what is left out is done as well as possible. */
export interface Manners {
  /** Nothing is forwarded in either direction; connections are accepted and stay open (half-open). */
  readonly hold?: boolean;
  /** Each chunk of at most 64 KiB waits this long, in each direction. */
  readonly delayMs?: number;
  /** For what the target sends to the client: a slow consumer. */
  readonly bytesPerSecond?: number;
}

export interface Gate {
  set(manners: Manners): void;
  /** Waits while held. @returns false when the connection has ended. */
  open(): Promise<boolean>;
  /** Waits until a chunk may go on. @param slowedBytes counted against the rate. @returns as `open`. */
  pass(slowedBytes: number): Promise<boolean>;
  end(): void;
}

export const createGate = (first: Manners): Gate => {
  const state = { manners: first, ended: false };
  const waiting = new Set<() => void>();

  const change = (): void => {
    for (const wake of waiting) wake();
    waiting.clear();
  };
  const open = async (): Promise<boolean> => {
    while (state.manners.hold === true && !state.ended) {
      await new Promise<void>((resolve) => {
        waiting.add(resolve);
      });
    }
    return !state.ended;
  };
  /** A new rate counts for what is left of the chunk. */
  const throttle = async (bytes: number): Promise<void> => {
    let left = bytes;
    while (left > 0 && !state.ended && state.manners.bytesPerSecond !== undefined) {
      const rate = Math.max(1, state.manners.bytesPerSecond);
      const stepMs = Math.min(MAX_STEP_MS, (left / rate) * 1000);
      await sleep(stepMs);
      left -= (rate * stepMs) / 1000;
    }
  };

  return {
    set: (next) => {
      state.manners = next;
      change();
    },
    open,
    pass: async (slowedBytes) => {
      const { delayMs } = state.manners;
      if (delayMs !== undefined) await sleep(delayMs);
      await throttle(slowedBytes);
      return open();
    },
    end: () => {
      state.ended = true;
      change();
    },
  };
};
