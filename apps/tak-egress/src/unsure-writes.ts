/**
 * Messages that a client may not have got: what was written since five seconds before the last bytes read from it. When its
 * link has died they are written again on the next one, the same to the byte. States need no memory: the picture has them.
 */

/** Longer than a network needs to bring an answer, shorter than a client stays silent: it pings after 15 s. */
const BEFORE_READ_MS = 5_000;
/** Messages of one client; a flood keeps the newest. */
const MAX_WRITES = 256;

export interface UnsureWrites {
  written(xml: string, nowMs: number): void;
  /** Bytes came from the client. */
  read(nowMs: number): void;
  /** What has to be written again, oldest first. */
  list(): readonly string[];
}

export const createUnsureWrites = (): UnsureWrites => {
  let writes: { readonly xml: string; readonly atMs: number }[] = [];
  let sureMs = Number.NEGATIVE_INFINITY;
  const forget = (): void => {
    writes = writes.filter(({ atMs }) => atMs >= sureMs).slice(-MAX_WRITES);
  };
  return {
    written: (xml, nowMs) => {
      writes.push({ xml, atMs: nowMs });
      if (writes.length > 2 * MAX_WRITES) forget();
    },
    read: (nowMs) => {
      sureMs = nowMs - BEFORE_READ_MS;
      if (writes.length > 0) forget();
    },
    list: () => {
      forget();
      return writes.map(({ xml }) => xml);
    },
  };
};
