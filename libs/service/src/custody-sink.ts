/** The sink's custody at work: the pure machine with its journal, the bus and the clock. */
import { itemKey } from '@cotbus/contracts';
import type { Item } from '@cotbus/contracts';
import type { Logger } from 'pino';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { itemHeader, readVoid, receiptMessage, wholeOf } from './custody-messages.ts';
import type { WholeMessage } from './custody-messages.ts';
import { openCustodyJournal } from './custody-journal.ts';
import type { ItemName } from './custody/item-name.ts';
import type { CustodyOutcome, Ending } from './custody/messages.ts';
import { createSinkMachine } from './custody/sink.ts';
import type { SinkInput, SinkOutput, SinkRecord, SinkStats, TakenItem } from './custody/sink-ports.ts';
import { createMachineLoop } from './machine-loop.ts';
import type { JournalPlace } from './service.ts';
import { createTransits } from './transit.ts';

/** How long answers wait for company: a part of the round trip that the origin measures. */
const TICK_MS = 20;

const NOTHING = new Uint8Array();

/** What is journaled of a result: when its item was heard, by the wall clock of then, so that a repeat has the same times. */
export interface HeardResult {
  /** Epoch milliseconds. */
  readonly heardWallMs: number;
  readonly message: Uint8Array;
}

export interface CustodySinkOptions {
  /** As item headers name it; a topic level. */
  readonly name: string;
  readonly journals: JournalPlace;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly nonce: bigint;
  /** Resolves when the outcomes that were told are on record. */
  readonly told?: () => Promise<void>;
  /** Hands a result to the world; the world answers by `settle`. `repeat`: an earlier life may have done it already. */
  readonly hand: (item: TakenItem<HeardResult>, repeat: boolean) => void;
  /** An outcome is in the journal. `item`: what it ended with; for a fragment that is its whole, an item of another name. */
  readonly ended: (outcome: CustodyOutcome, item: TakenItem<HeardResult>) => void;
  /** It was when this life began: an earlier one may have died before it told anybody. */
  readonly endedBefore: (outcome: CustodyOutcome, item: TakenItem<HeardResult> | undefined) => void;
}

export interface CustodySink {
  /** Hands out what an earlier life left, and answers from now on. Called once, when everything is in place. */
  begin(): Promise<void>;
  /**
   * A result that a worker made. Ignored when its header names no item, or not this sink.
   * @param whole of a result that was assembled from fragments.
   */
  take(item: Item | undefined, message: Uint8Array, whole?: WholeMessage): void;
  /** A result of a kind that this sink does not take. */
  decline(item: Item | undefined, whole?: WholeMessage): void;
  /** How an item that was handed out ended. `notSent`: not at all, and another agent may try. */
  settle(item: ItemName, ending: Ending, notSent?: boolean): void;
  stats(): SinkStats;
  close(): Promise<void>;
}

/** @throws ServiceError `journal_unusable`. */
export const openCustodySink = async (options: CustodySinkOptions): Promise<CustodySink> => {
  const { name, journals, bus, clock, log, nonce, hand, ended } = options;
  const machine = createSinkMachine<HeardResult>({ name });
  const transits = createTransits();
  const journal = await openCustodyJournal<SinkRecord<HeardResult>>({
    folder: journals.folder,
    fs: journals.fs,
    name: `sink-${name}`,
    nonce,
    clock,
    log,
    onJournaled: (upTo) => loop.feed({ kind: 'journaled', upTo, nowMs: clock.monotonic() }),
    onRefused: (number) => loop.feed({ kind: 'append_refused', number, nowMs: clock.monotonic() }),
    told: options.told,
    snapshot: () => machine.snapshot(),
  });
  const act = (output: SinkOutput<HeardResult>): void => {
    switch (output.kind) {
      case 'append':
        journal.append(output.number, output.record, output.sync);
        break;
      case 'hand':
        hand(output.item, output.repeat);
        break;
      case 'receipt':
        bus.publish('receipt', receiptMessage(output.receipt));
        break;
      case 'outcome':
        ended(output.outcome, output.item);
        break;
    }
  };
  const loop = createMachineLoop<SinkInput<HeardResult>, SinkOutput<HeardResult>>(machine, act, log);

  const hear = (
    item: Item | undefined,
    message: Uint8Array,
    from: WholeMessage | undefined,
    declined: boolean,
  ): void => {
    const read = itemHeader(item);
    if (item === undefined || read === undefined) return;
    const nowMs = clock.monotonic();
    const header = { ...read, ageMs: read.ageMs + transits.of(read.id.origin, item, nowMs) };
    const result = { heardWallMs: clock.now() - header.ageMs, message };
    const whole = from && wholeOf(from);
    loop.feed({ kind: 'result', item: header, result, ...(whole && { whole }), declined, nowMs });
  };
  let endTicks = (): void => {};
  return {
    begin: async () => {
      for (const { outcome, item } of endedIn(journal.recovered)) options.endedBefore(outcome, item);
      loop.feed({ kind: 'recovered', records: journal.recovered, nowMs: clock.monotonic() });
      endTicks = clock.every(TICK_MS, () => loop.feed({ kind: 'tick', nowMs: clock.monotonic() }));
      await bus.subscribe('void', { sink: name }, (message) => {
        if (message !== undefined) loop.feed({ kind: 'void', request: readVoid(message), nowMs: clock.monotonic() });
      });
    },
    take: (item, message, whole) => hear(item, message, whole, false),
    decline: (item, whole) => hear(item, NOTHING, whole, true),
    settle: (item, ending, notSent = false) =>
      loop.feed({ kind: 'settled', item, ending, notSent, nowMs: clock.monotonic() }),
    stats: () => machine.stats(),
    close: async () => {
      endTicks();
      await journal.close();
    },
  };
};

const endedIn = function* (records: readonly SinkRecord<HeardResult>[]) {
  const items = new Map<string, TakenItem<HeardResult>>();
  for (const record of records) {
    if (record.kind === 'taken') items.set(itemKey(record.item.id), record.item);
    if (record.kind === 'ended') {
      const { outcome } = record;
      yield { outcome, item: items.get(itemKey(outcome.item)) };
    }
  }
};
