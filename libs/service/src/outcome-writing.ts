/**
 * Outcomes on their way into the journal. What is not there yet is not told: a start after a kill would find the end of the item
 * in custody's journal, miss it in this one, and tell it again under another number. So an outcome gets its number when
 * the journal takes it. A disk that stays full must not make an owner mute, so outcomes wait for room only for a while; then
 * they are told in a book that no later start can have: incarnation 0 and the random number of this one.
 */
import { toBinary } from '@bufbuild/protobuf';
import { createMessage, OutcomeBatchSchema } from '@cotbus/contracts';
import type { Outcome, OutcomeBatch } from '@cotbus/contracts';
import type { Clock } from './clock.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalEvent } from './journal/journal-writer.ts';

/** The journal itself tries as often. */
const RETRY_MS = 1_000;
/** How long outcomes wait for room: somebody looks at the console. */
const HELD_MS = 15_000;
/** Groups that wait at most: some megabytes. */
const MAX_HELD = 256;

/** As the journal has it and the topic shall carry it. */
export interface EncodedBatch {
  readonly batch: OutcomeBatch;
  readonly payload: Uint8Array;
}

export const encodeBatch = (batch: OutcomeBatch): EncodedBatch => ({
  batch,
  payload: toBinary(OutcomeBatchSchema, batch),
});

export interface OutcomeWriting {
  /** Together in one batch. */
  add(outcomes: readonly Outcome[]): void;
  /** What the journal says. */
  heard(event: JournalEvent): void;
  /** Tries once more and tells what is left. */
  close(): void;
}

export interface OutcomeWritingParts {
  readonly owner: string;
  readonly journal: Pick<Journal, 'append' | 'incarnation' | 'nonce'>;
  /** 64 random bits of this start. */
  readonly nonce: bigint;
  readonly clock: Clock;
  /** It may be told now. */
  readonly tell: (batch: EncodedBatch) => void;
  /** So many are told and not in the journal. */
  readonly unwritten: (outcomes: number) => void;
}

interface Held {
  readonly outcomes: readonly Outcome[];
  readonly sinceMs: number;
}

/** Accepted by the journal. */
interface Writing extends Held {
  readonly seq: number;
  readonly encoded: EncodedBatch;
}

export const createOutcomeWriting = (parts: OutcomeWritingParts): OutcomeWriting => {
  const { owner, journal, nonce, clock, tell, unwritten } = parts;
  /** In the order of the journal. */
  let writing: readonly Writing[] = [];
  let held: readonly Held[] = [];
  let nextNumber = 1;
  let nextUnwritten = 1;
  let cancelRetry: (() => void) | undefined;

  /** @returns false when the journal takes nothing. */
  const write = ({ outcomes, sinceMs }: Held): boolean => {
    const { incarnation } = journal;
    const about = { owner, incarnation, nonce: journal.nonce, firstNumber: nextNumber };
    const encoded = encodeBatch(createMessage('outcome', { ...about, outcomes: [...outcomes] }));
    const answer = journal.append({ key: '', payload: encoded.payload });
    if (!answer.ok) return false;
    writing = [...writing, { outcomes, sinceMs, encoded, seq: answer.seq }];
    nextNumber += outcomes.length;
    return true;
  };
  const writeHeld = (): void => {
    const refusedAt = held.findIndex((one) => !write(one));
    held = refusedAt === -1 ? [] : held.slice(refusedAt);
  };
  const tellUnwritten = (some: readonly Held[]): void => {
    for (const { outcomes } of some) {
      unwritten(outcomes.length);
      const about = { owner, incarnation: 0, nonce, firstNumber: nextUnwritten };
      tell(encodeBatch(createMessage('outcome', { ...about, outcomes: [...outcomes] })));
      nextUnwritten += outcomes.length;
    }
  };
  /** In front of those that are held. */
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
  const refused = (from: number): void => {
    const gone = writing.filter(({ seq }) => seq >= from);
    writing = writing.filter(({ seq }) => seq < from);
    // The journal refuses all that waits: their numbers are free again.
    nextNumber = gone[0]?.encoded.batch.firstNumber ?? nextNumber;
    hold(gone);
  };

  return {
    add: (outcomes) => {
      const one = { outcomes, sinceMs: clock.monotonic() };
      if (held.length === 0 && write(one)) return;
      held = [...held, one];
      hold([]);
    },
    heard: (event) => {
      if (event.kind === 'refused') refused(event.from);
      if (event.kind !== 'written') return;
      const done = writing.filter(({ seq }) => seq <= event.to);
      writing = writing.filter(({ seq }) => seq > event.to);
      for (const { encoded } of done) tell(encoded);
    },
    close: () => {
      cancelRetry?.();
      writeHeld();
      tellUnwritten(held);
      held = [];
    },
  };
};
