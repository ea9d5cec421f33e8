/**
 * Values under keys that outlive the process, such as what an agent knows of its nodes. A convenience, not custody: what
 * cannot be read or written is warned of, and the service goes on without it.
 */
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { openJournal } from './journal/journal.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalPlace } from './service.ts';

/** On the disk; half of it may be alive. */
const MAX_BYTES = 4 * 1024 * 1024;
const SEGMENT_BYTES = 128 * 1024;

export interface KeptState {
  /** What earlier starts kept, oldest first. */
  readonly recovered: readonly { readonly key: string; readonly value: Uint8Array }[];
  /** Takes the place of what is under the key. @param value at most 16 KiB */
  put(key: string, value: Uint8Array): void;
  remove(key: string): void;
  /** Writes what waits. */
  close(): Promise<void>;
}

export interface KeptStateOptions {
  /** A topic level, unique in the folder. */
  readonly name: string;
  readonly journals: JournalPlace;
  readonly nonce: bigint;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Never rejects: without a place to keep it, it starts empty and keeps nothing. */
export const openKeptState = async ({ name, journals, nonce, clock, log }: KeptStateOptions): Promise<KeptState> => {
  const { folder, fs } = journals;
  const limits = { maxBytes: MAX_BYTES, segmentBytes: SEGMENT_BYTES };
  const onEvent = (): void => {};
  let journal: Journal;
  try {
    journal = await openJournal({ folder, fs, name, nonce, clock, log, ...limits, onEvent });
  } catch (error) {
    log.warn({ err: error, name }, 'state.not_kept');
    return { recovered: [], put: () => {}, remove: () => {}, close: async () => {} };
  }
  const { damaged, tornTails } = journal.damage;
  // A torn end alone is what a crash leaves behind.
  if (damaged > 0 || (tornTails > 0 && journal.recovered.length === 0)) log.warn({ name, damaged }, 'state.damaged');
  return {
    recovered: journal.recovered.map(({ key, payload }) => ({ key, value: payload })),
    put: (key, value) => {
      const answer = journal.append({ key, payload: value });
      if (!answer.ok) log.debug({ name, why: answer.reason }, 'state.unwritten');
    },
    remove: (key) => journal.kill(key),
    close: () => journal.close(),
  };
};
