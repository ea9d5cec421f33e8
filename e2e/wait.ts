import { setTimeout as sleep } from 'node:timers/promises';

const STEP_MS = 25;

/** Waits until `find` gives something. @returns undefined when it has not after `timeoutMs`. */
export const waitFor = async <T>(
  timeoutMs: number,
  find: () => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> => {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const found = await find();
    if (found !== undefined || performance.now() >= endMs) return found;
    await sleep(STEP_MS);
  }
};

/** @throws HarnessError `timeout` when it does not become true: the run says nothing about the product then. */
export const until = async (what: string, timeoutMs: number, test: () => boolean | Promise<boolean>): Promise<void> => {
  const found = await waitFor(timeoutMs, async () => ((await test()) ? true : undefined));
  if (found === undefined) throw new HarnessError('timeout', `${what}: not within ${timeoutMs} ms`);
};

/** The harness could not do its work. */
export class HarnessError extends Error {
  readonly code: 'timeout' | 'cannot_start' | 'options';
  constructor(code: HarnessError['code'], message: string) {
    super(message);
    this.name = 'HarnessError';
    this.code = code;
  }
}
