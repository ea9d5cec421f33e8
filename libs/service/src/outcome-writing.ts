/**
 * Batches of outcomes on their way into the journal. What is not there yet is not told: a start after a kill would find the end
 * of the item in custody's journal, miss it in this one, and tell it again under another number. A disk that stays full
 * must not make an owner mute, so a batch waits for room only for a while.
 */
import type { OutcomeBatch } from '@cotbus/contracts';
import type { Clock } from './clock.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalEvent } from './journal/journal-writer.ts';

/** The journal itself tries as often. */
const RETRY_MS = 1_000;
/** How long a batch waits for room: somebody looks at the console. */
const HELD_MS = 15_000;
/** Batches that wait at most: some megabytes. */
const MAX_HELD = 256;

/** As the journal has it and the topic shall carry it. */
export interface EncodedBatch {
  readonly batch: OutcomeBatch;
  readonly payload: Uint8Array;
}

export interface OutcomeWriting {
  add(batch: EncodedBatch): void;
  /** What the journal says. */
  heard(event: JournalEvent): void;
  /** Tries once more and tells what is left. */
  close(): void;
}

export interface OutcomeWritingParts {
  readonly append: Journal['append'];
  readonly clock: Clock;
  /** It may be told now. */
  readonly tell: (batch: EncodedBatch) => void;
  /** It is told and not in the journal. */
  readonly unwritten: (batch: EncodedBatch) => void;
}

interface Held {
  readonly batch: EncodedBatch;
  readonly sinceMs: number;
}

export const createOutcomeWriting = ({ append, clock, tell, unwritten }: OutcomeWritingParts): OutcomeWriting => {
  /** Accepted by the journal, in its order. */
  let writing: (Held & { readonly seq: number })[] = [];
  let held: readonly Held[] = [];
  let cancelRetry: (() => void) | undefined;

  /** @returns false when the journal takes nothing. */
  const write = ({ batch, sinceMs }: Held): boolean => {
    const answer = append({ key: '', payload: batch.payload });
    if (answer.ok) writing.push({ batch, sinceMs, seq: answer.seq });
    return answer.ok;
  };
  const writeHeld = (): void => {
    const refusedAt = held.findIndex((one) => !write(one));
    held = refusedAt === -1 ? [] : held.slice(refusedAt);
  };
  const tellUnwritten = (some: readonly Held[]): void => {
    for (const { batch } of some) {
      unwritten(batch);
      tell(batch);
    }
  };
  const hold = (some: readonly Held[]): void => {
    const all = [...some, ...held];
    held = all.slice(-MAX_HELD);
    tellUnwritten(all.slice(0, -MAX_HELD));
    if (held.length > 0) cancelRetry ??= clock.after(RETRY_MS, retry);
  };
  const retry = (): void => {
    cancelRetry = undefined;
    writeHeld();
    const sinceMs = clock.monotonic() - HELD_MS;
    const tooLong = held.filter((one) => one.sinceMs <= sinceMs);
    held = held.filter((one) => one.sinceMs > sinceMs);
    tellUnwritten(tooLong);
    hold([]);
  };
  /** Takes out those that the journal has settled up to a number. */
  const settled = (to: number): typeof writing => {
    const done = writing.filter(({ seq }) => seq <= to);
    writing = writing.filter(({ seq }) => seq > to);
    return done;
  };

  return {
    add: (batch) => {
      const one = { batch, sinceMs: clock.monotonic() };
      if (held.length > 0 || !write(one)) {
        held = [...held, one];
        hold([]);
      }
    },
    heard: (event) => {
      if (event.kind === 'written') for (const { batch } of settled(event.to)) tell(batch);
      if (event.kind !== 'refused') return;
      const gone = settled(event.to);
      for (const { batch } of gone.filter(({ seq }) => seq < event.from)) tell(batch);
      hold(gone.filter(({ seq }) => seq >= event.from));
    },
    close: () => {
      cancelRetry?.();
      writeHeld();
      tellUnwritten(held);
      held = [];
    },
  };
};
