/** How items ended: numbered, kept for a while, and published in batches on `outcome/<owner>`. */
import { create } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { createMessage, itemKey, OutcomeSchema, reasonText } from '@cotbus/contracts';
import type { Outcome } from '@cotbus/contracts';
import type { Logger } from 'pino';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import type { Count } from './subscriptions.ts';

/** Outcomes of one publish: a few kilobytes. */
const MAX_BATCH = 64;
/** How long an outcome waits for company. */
const BATCH_MS = 100;
/** Outcomes kept, also over a loss of the bus; older ones leave a gap in the numbers. */
const MAX_KEPT = 1000;
/** `first_number` is a uint32; behind it a new incarnation begins. */
const MAX_NUMBER = 0xffffffff;

export interface OutcomeLogOptions {
  /** Origin or sink: a topic level, unique on the bus. */
  readonly owner: string;
  readonly bus: Bus;
  readonly clock: Clock;
  /** 64 random bits. */
  readonly nonce: bigint;
  readonly log?: Logger;
  /** Counts `outcome_<reason>_total`. */
  readonly count?: Count;
}

export interface OutcomeLog {
  /** Records how an item ended at a destination. `atMs` is filled in when it is left out. */
  record(outcome: MessageInitShape<typeof OutcomeSchema>): void;
  /** The last 1000, oldest first. */
  recent(): readonly Outcome[];
  /** Publishes what waits. */
  close(): void;
}

export const createOutcomeLog = ({ owner, bus, clock, nonce, log, count }: OutcomeLogOptions): OutcomeLog => {
  let incarnation = 1;
  let nextNumber = 1;
  let unpublished = 0;
  let kept: Outcome[] = [];
  let cancelTimer: (() => void) | undefined;

  /** False when nothing waits, or there is no connection. */
  const publishBatch = (): boolean => {
    if (unpublished === 0) return false;
    const size = Math.min(unpublished, MAX_BATCH);
    const first = kept.length - unpublished;
    const sent = bus.publish(
      'outcome',
      createMessage('outcome', {
        owner,
        incarnation,
        nonce,
        firstNumber: nextNumber - unpublished,
        outcomes: kept.slice(first, first + size),
      }),
    );
    if (sent) unpublished -= size;
    return sent;
  };
  const flush = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    while (publishBatch());
  };
  const keep = (outcome: Outcome): void => {
    if (nextNumber > MAX_NUMBER) {
      flush();
      incarnation += 1;
      nextNumber = 1;
      unpublished = 0;
    }
    kept.push(outcome);
    // Cut in steps: moving a thousand entries for each outcome would cost more than the outcome.
    if (kept.length >= 2 * MAX_KEPT) kept = kept.slice(-MAX_KEPT);
    nextNumber += 1;
    unpublished = Math.min(unpublished + 1, MAX_KEPT);
  };

  bus.onConnection((connected) => {
    if (connected) flush();
  });

  return {
    record: (init) => {
      const outcome = create(OutcomeSchema, init);
      if (outcome.atMs === 0) outcome.atMs = clock.now();
      keep(outcome);
      const reason = reasonText(outcome.reason);
      count?.(`outcome_${reason}_total`);
      const item = outcome.item === undefined ? undefined : itemKey(outcome.item);
      log?.debug({ item, destination: outcome.destination, reason, detail: outcome.detail }, 'outcome.recorded');
      if (unpublished >= MAX_BATCH) flush();
      else cancelTimer ??= clock.after(BATCH_MS, flush);
    },
    recent: () => kept.slice(-MAX_KEPT),
    close: flush,
  };
};
