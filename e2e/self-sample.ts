/**
 * Loaded into the gateway before its program (`node --expose-gc --import`): when it is sent SIGUSR2 it writes what it holds as
 * a line of JSON to the file in `E2E_SOAK_SAMPLES`. The resident set is read first, as it is in use; the heap after a
 * collection, so that only what is held counts.
 */
import { appendFileSync, readdirSync } from 'node:fs';

export interface Sample {
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Buffers outside of the heap. */
  readonly externalBytes: number;
  /** Open sockets, pipes, servers and files that Node waits for. */
  readonly handles: number;
  readonly timers: number;
  /** File descriptors of the process. */
  readonly descriptors: number;
}

const take = (): Sample => {
  const rssBytes = process.memoryUsage.rss();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const timers = resources.filter((name) => name === 'Timeout' || name === 'Immediate').length;
  return {
    rssBytes,
    heapBytes: heapUsed,
    externalBytes: external,
    handles: resources.length - timers,
    timers,
    descriptors: readdirSync('/proc/self/fd').length,
  };
};

process.on('SIGUSR2', () => appendFileSync(process.env['E2E_SOAK_SAMPLES'] ?? '', `${JSON.stringify(take())}\n`));
