/** Keeps a link up: open → run until it dies → wait → open another. A dead connection is never reopened. */
import { LinkState } from '@cotbus/contracts';
import { backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { nextLinkState } from './link-state.ts';
import type { LinkInput } from './link-state.ts';

const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;
/** A link that held this long was a good one: the waits begin anew. Shorter and a peer that hangs up at once is not hammered. */
const HELD_MS = 30_000;

export interface Connection {
  /** Resolves once, when it is dead, with the reason in words. */
  readonly closed: Promise<string>;
  /** Ends it and frees what it holds; also called on a dead one. */
  close(): void | Promise<void>;
}

export interface SuperviseOptions {
  /** Makes a new connection, or rejects; gives up when the signal is aborted. One attempt is in flight at a time. */
  readonly open: (signal: AbortSignal) => Promise<Connection>;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Ends supervision; an open connection is closed. */
  readonly signal: AbortSignal;
  /** Each change of state, with why: the error of the attempt, the reason of the death. */
  readonly onState: (state: LinkState, detail: string) => void;
}

const ABORTED = Symbol('aborted');

/** @returns when the signal was aborted and the connection is closed. */
export const superviseLink = async ({ open, clock, random, signal, onState }: SuperviseOptions): Promise<void> => {
  let state: LinkState = LinkState.CLOSED;
  const move = (input: LinkInput, detail = ''): void => {
    state = nextLinkState(state, input);
    onState(state, detail);
  };
  const newWaits = (): Generator<number, never> => backoff({ firstMs: FIRST_WAIT_MS, maxMs: MAX_WAIT_MS, random });
  let waits = newWaits();

  while (!signal.aborted) {
    move(state === LinkState.CLOSED ? 'start' : 'retry');
    const attempt = await attemptOpen(open, signal);
    if (attempt === ABORTED) break;
    if (typeof attempt === 'string') {
      move('failed', attempt);
    } else {
      const openedMs = clock.monotonic();
      move('opened');
      const death = await orAborted(reasonOf(attempt.closed), signal);
      if (death !== ABORTED) move('died', death);
      await closeQuietly(attempt);
      if (clock.monotonic() - openedMs >= HELD_MS) waits = newWaits();
    }
    await pause(waits.next().value, clock, signal);
  }
  if (state !== LinkState.CLOSED) move('stop');
};

/** A connection, or why there is none. */
const attemptOpen = async (
  open: SuperviseOptions['open'],
  signal: AbortSignal,
): Promise<Connection | string | typeof ABORTED> => {
  const attempt = Promise.resolve()
    .then(async () => open(signal))
    .catch((error: unknown) => describe(error));
  const result = await orAborted(attempt, signal);
  // An attempt that succeeds after all is nobody's.
  if (result === ABORTED)
    void attempt.then(async (late) => (typeof late === 'string' ? undefined : closeQuietly(late)));
  return result;
};

const describe = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));

const reasonOf = async (closed: Promise<string>): Promise<string> => {
  try {
    return await closed;
  } catch (error) {
    return describe(error);
  }
};

const closeQuietly = async (connection: Connection): Promise<void> => {
  try {
    await connection.close();
  } catch {
    // It is dead or dying; what matters was said by `closed`.
  }
};

// Not Promise.race with one promise for the signal: each race would stay attached to it for the life of the process.
const orAborted = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T | typeof ABORTED> =>
  new Promise((resolve, reject) => {
    const abort = (): void => resolve(ABORTED);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });

const pause = async (ms: number, clock: Clock, signal: AbortSignal): Promise<void> => {
  let cancel = (): void => {};
  const over = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  await orAborted(over, signal);
  cancel();
};
