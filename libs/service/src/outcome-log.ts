/**
 * How items ended: numbered, journaled, kept for a while, and published in batches on `outcome/<owner>`. The topic carries
 * copies; the journal is the ledger. Each start counts anew, under an incarnation of its own. Who finds a gap in the numbers asks
 * with the command `outcomes`: the newest batches come again, with the numbers they had.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { createMessage, itemKey, OutcomeBatchSchema, OutcomeSchema, reasonText } from '@cotbus/contracts';
import type { MessageOf, Outcome, OutcomeBatch } from '@cotbus/contracts';
import type { Logger } from 'pino';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { openJournal } from './journal/journal.ts';
import type { Journal } from './journal/journal.ts';
import { JournalError } from './journal/journal-error.ts';
import type { JournalEvent } from './journal/journal-writer.ts';
import { createOutcomeWriting, encodeBatch } from './outcome-writing.ts';
import type { EncodedBatch } from './outcome-writing.ts';
import { answerOutcomeQuery, readOutcomeQuery } from './outcome-query.ts';
import { ServiceError } from './service.ts';
import type { JournalPlace } from './service.ts';
import type { Count } from './subscriptions.ts';

/** Outcomes of one publish: a few kilobytes. */
const MAX_BATCH = 64;
/** How long an outcome waits for company. */
const BATCH_MS = 100;
/** Outcomes in memory, to be asked for: the last hour at five a second, some megabytes. The journal has more. */
const MAX_KEPT = 20_000;
const HOUR_MS = 60 * 60_000;
/** The newest batches, which are published again on request and after a reconnect. */
const MAX_KEPT_BATCHES = 256;
/** Enough for those who listen to be back, too. */
const AGAIN_MS = 3_000;
/** Of earlier starts, published again: the process may have died before the broker had them. */
const MAX_REPUBLISHED = 1000;
/** On the disk: a hundred thousand outcomes, the oldest go. */
const MAX_BYTES = 16 * 1024 * 1024;
const SEGMENT_BYTES = 2 * 1024 * 1024;

export interface OutcomeLogOptions {
  /** Origin or sink: a topic level, unique on the bus. */
  readonly owner: string;
  readonly journals: JournalPlace;
  readonly bus: Bus;
  readonly clock: Clock;
  /** 64 random bits. */
  readonly nonce: bigint;
  readonly log: Logger;
  /** Counts `outcome_<reason>_total`. */
  readonly count?: Count;
}

type OutcomeInit = MessageInitShape<typeof OutcomeSchema>;

export interface OutcomeLog {
  /** Records how an item ended at a destination. `atMs` is filled in when it is left out. */
  record(outcome: OutcomeInit): void;
  /** The same for what custody finds ended in its journal at the start: recorded unless an earlier start did it. */
  recordOnce(outcome: OutcomeInit): void;
  /** The last 20 000, of earlier starts too, oldest first. */
  recent(): readonly Outcome[];
  /** Resolves when all that was recorded is in the journal, or had no room there. */
  flushed(): Promise<void>;
  /** Publishes and writes what waits. */
  close(): Promise<void>;
}

/** @throws ServiceError `journal_unusable`. */
export const openOutcomeLog = async (options: OutcomeLogOptions): Promise<OutcomeLog> => {
  const { owner, bus, clock, log, count } = options;
  const journal = await openOutcomeJournal(options, (event) => {
    writing.heard(event);
    copies.publish();
  });
  const earlier = readEarlier(journal, log);
  const copies = createCopies(bus, republished(earlier).map(encodeBatch));
  const writing = createOutcomeWriting({
    owner,
    journal,
    nonce: options.nonce,
    clock,
    tell: (batch) => {
      copies.add(batch);
      copies.publish();
    },
    unwritten: (outcomes) => count?.('outcomes_unwritten_total', outcomes),
  });
  const known = new Set(earlier.flatMap((batch) => batch.outcomes.map(nameOf)));
  /** Not written and published yet. */
  let open: Outcome[] = [];
  let cancelAgain: (() => void) | undefined;
  let kept: Outcome[] = earlier.flatMap((batch) => batch.outcomes).slice(-MAX_KEPT);
  let cancelTimer: (() => void) | undefined;

  const flush = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    if (open.length > 0) {
      writing.add(open);
      open = [];
    }
    copies.publish();
  };
  const record = (init: OutcomeInit): void => {
    const outcome = create(OutcomeSchema, init);
    if (outcome.atMs === 0) outcome.atMs = clock.now();
    open.push(outcome);
    kept.push(outcome);
    // Cut in steps: moving all entries for each outcome would cost more than the outcome.
    if (kept.length >= 2 * MAX_KEPT) kept = kept.slice(-MAX_KEPT);
    const reason = reasonText(outcome.reason);
    count?.(`outcome_${reason}_total`);
    const item = outcome.item === undefined ? undefined : itemKey(outcome.item);
    log.debug({ item, destination: outcome.destination, reason, detail: outcome.detail }, 'outcome.recorded');
    if (open.length >= MAX_BATCH) flush();
    else cancelTimer ??= clock.after(BATCH_MS, flush);
  };

  bus.onConnection((connected) => {
    cancelAgain?.();
    if (!connected) return;
    flush();
    cancelAgain = clock.after(AGAIN_MS, copies.publishAgain);
  });
  if (bus.connected) copies.publish();
  await bus.subscribe('command', { target: owner, verb: 'outcomes' }, (command) => {
    const query = command && readOutcomeQuery(command.arguments);
    if (command === undefined) return;
    if (query === undefined) copies.publishAgain();
    else bus.publish('reply', answer(command.id, owner, answerOutcomeQuery(query, lastHour(kept, clock.now()))));
  });

  return {
    record,
    recordOnce: (init) => {
      if (!known.has(nameOf(create(OutcomeSchema, init)))) record(init);
    },
    recent: () => kept.slice(-MAX_KEPT),
    flushed: () => {
      flush();
      return journal.flushed();
    },
    close: async () => {
      cancelAgain?.();
      flush();
      writing.close();
      await journal.close();
    },
  };
};

const lastHour = (outcomes: readonly Outcome[], nowMs: number): readonly Outcome[] =>
  outcomes.filter(({ atMs }) => atMs >= nowMs - HOUR_MS);

const answer = (id: string, owner: string, outcomes: readonly Outcome[]): MessageOf<'reply'> =>
  createMessage('reply', {
    id,
    ok: true,
    bytes: toBinary(OutcomeBatchSchema, createMessage('outcome', { owner, outcomes: [...outcomes] })),
  });

/** What the topic shall carry: numbered copies, of which the newest can come again. */
const createCopies = (bus: Bus, first: readonly EncodedBatch[]) => {
  /** Written; to be published when the bus is there. */
  let unpublished: EncodedBatch[] = [...first];
  let published: EncodedBatch[] = [];
  const publish = (): void => {
    while (unpublished[0] !== undefined && bus.publish('outcome', unpublished[0].batch, unpublished[0].payload)) {
      published.push(unpublished[0]);
      unpublished.shift();
    }
    // What is kept over a loss of the bus is bounded; the journal has the rest.
    unpublished = unpublished.slice(-MAX_KEPT_BATCHES);
    published = published.slice(-MAX_KEPT_BATCHES);
  };
  return {
    add: (batch: EncodedBatch): void => {
      unpublished.push(batch);
    },
    publish,
    /** What the broker took may be lost with it, and who listened was cut off, too. */
    publishAgain: (): void => {
      unpublished = [...published, ...unpublished];
      published = [];
      publish();
    },
  };
};

const openOutcomeJournal = async (
  { owner, journals, clock, nonce, log }: OutcomeLogOptions,
  onEvent: (event: JournalEvent) => void,
): Promise<Journal> => {
  const limits = { maxBytes: MAX_BYTES, segmentBytes: SEGMENT_BYTES, whenFull: 'forget_oldest' as const };
  const { folder, fs } = journals;
  return openJournal({ folder, fs, name: `outcomes-${owner}`, nonce, clock, log, ...limits, onEvent }).catch(
    (error: unknown) => {
      throw error instanceof JournalError ? new ServiceError('journal_unusable', error.message, error) : error;
    },
  );
};

const readEarlier = (journal: Journal, log: Logger): OutcomeBatch[] =>
  journal.recovered.flatMap(({ payload }) => {
    try {
      return [fromBinary(OutcomeBatchSchema, payload)];
    } catch (error) {
      log.warn({ err: error }, 'outcomes.unreadable');
      return [];
    }
  });

const republished = (batches: readonly OutcomeBatch[]): OutcomeBatch[] => {
  let left = MAX_REPUBLISHED;
  return batches
    .toReversed()
    .filter(({ outcomes }) => (left -= outcomes.length) > -MAX_BATCH)
    .toReversed();
};

const nameOf = ({ item, destination }: Outcome): string => `${item === undefined ? '' : itemKey(item)} ${destination}`;
