/**
 * What a peer may not have got: all that was written since five seconds before the last bytes read from it. When its link
 * has died it is written again on the next one, the same to the byte.
 */

/** Longer than a network needs to bring an answer, shorter than a client stays silent: it pings after 15 s. */
const BEFORE_READ_MS = 5_000;
/** Events of one peer; a flood keeps the newest. */
export const MAX_UNSURE = 256;

export interface UnsureWrites<T> {
  written(message: T, nowMs: number): void;
  /** Bytes came from the peer. */
  read(nowMs: number): void;
  /** What has to be written again, oldest first. */
  list(): readonly T[];
}

export const createUnsureWrites = <T>(): UnsureWrites<T> => {
  let writes: { readonly message: T; readonly atMs: number }[] = [];
  let sureMs = Number.NEGATIVE_INFINITY;
  const forget = (): void => {
    writes = writes.filter(({ atMs }) => atMs >= sureMs).slice(-MAX_UNSURE);
  };
  return {
    written: (message, nowMs) => {
      writes.push({ message, atMs: nowMs });
      if (writes.length > 2 * MAX_UNSURE) forget();
    },
    read: (nowMs) => {
      sureMs = nowMs - BEFORE_READ_MS;
      if (writes.length > 0) forget();
    },
    list: () => {
      forget();
      return writes.map(({ message }) => message);
    },
  };
};
