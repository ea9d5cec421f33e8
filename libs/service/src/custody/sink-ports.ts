/** What goes into a sink and what comes out of it. */
import type { AnswerMemoryOptions } from './answer-memory.ts';
import type { ItemName, Life, SeqRange } from './item-name.ts';
import type { CustodyOutcome, Ending, ItemHeader, Receipt, VoidRequest } from './messages.ts';

export interface SinkMachineOptions extends AnswerMemoryOptions {
  /** As the header names it: an egress, a packager, an agent. */
  readonly name: string;
  /** Items taken and not ended; beyond it the sink is busy. */
  readonly maxHeld?: number;
  /** All answers are repeated this often, until `low` passes them. */
  readonly heartbeatMs?: number;
}

/** Rule 10: a result that was assembled from fragments. */
export interface Whole {
  readonly transfer: string;
  /** Every fragment in it, of all origins. */
  readonly covers: readonly Covered[];
}

/**
 * A fragment, and the sinks that its publishes named. Any other sink must not answer for it: an origin ends by itself what
 * it has not published to a sink.
 */
export interface Covered {
  readonly id: ItemName;
  readonly sinks: readonly string[];
}

/** What a worker made of an item. The sink does not look into it. */
export interface TakenItem<R> {
  readonly id: ItemName;
  readonly destination: string;
  /** When the item was heard, by this sink's monotonic clock. */
  readonly heardMs: number;
  /** Until when it is worth handing out, by this sink's monotonic clock. */
  readonly lifeUntilMs: number;
  readonly durable: boolean;
  /** Of what was assembled: the fragments that end with it here. */
  readonly whole?: { readonly transfer: string; readonly covers: readonly ItemName[] };
  readonly result: R;
}

export type SinkRecord<R> =
  /** The first result seen: it stands. `low` is the origin's at that time. */
  | { readonly kind: 'taken'; readonly item: TakenItem<R>; readonly low: number }
  | { readonly kind: 'ended'; readonly outcome: CustodyOutcome }
  /** Never to be handed out here. `released` items had been taken: an agent did not send them. */
  | { readonly kind: 'voided'; readonly life: Life; readonly items: readonly SeqRange[]; readonly released: boolean }
  /** Rule 10: a whole ended; late fragments of it get the same answer. */
  | { readonly kind: 'transfer'; readonly transfer: string; readonly ending: Ending }
  /** In a snapshot: everything remembered of a life. */
  | {
      readonly kind: 'memory';
      readonly life: Life;
      readonly low: number;
      readonly settled: readonly SeqRange[];
      readonly voided: readonly SeqRange[];
    };

/** Times are monotonic milliseconds. */
export type SinkInput<R> =
  /** First of all, and once: what the journal holds, in order. */
  | { readonly kind: 'recovered'; readonly records: Iterable<SinkRecord<R>>; readonly nowMs: number }
  | {
      readonly kind: 'result';
      readonly item: ItemHeader;
      readonly result: R;
      readonly whole?: Whole;
      /**
       * It is of a kind this sink did not ask for. Before it was translated nobody knew: it was never meant for this sink and
       * has no outcome here. Nothing is journaled, for whoever asks again is answered the same.
       */
      readonly declined?: boolean;
      readonly nowMs: number;
    }
  | { readonly kind: 'journaled'; readonly upTo: number; readonly nowMs: number }
  | { readonly kind: 'append_refused'; readonly number: number; readonly nowMs: number }
  /**
   * How an item that was handed out ended. `notSent`: not at all, and another agent may try; of a repeat nobody knows that,
   * so it ends here with this reason.
   */
  | {
      readonly kind: 'settled';
      readonly item: ItemName;
      readonly ending: Ending;
      readonly notSent?: boolean;
      readonly nowMs: number;
    }
  | { readonly kind: 'void'; readonly request: VoidRequest; readonly nowMs: number }
  | { readonly kind: 'tick'; readonly nowMs: number };

export type SinkOutput<R> =
  | {
      readonly kind: 'append';
      /** From 1 in each life of the process, without holes. */
      readonly number: number;
      readonly record: SinkRecord<R>;
      /** Confirm it only after an fsync. */
      readonly sync: boolean;
    }
  /** Once per item and life of the process. `repeat`: an earlier life may have handed it out already. */
  | { readonly kind: 'hand'; readonly item: TakenItem<R>; readonly repeat: boolean }
  /** It is in the journal; publish the copy and count it. `item`: what it ended with, for a fragment its whole. */
  | { readonly kind: 'outcome'; readonly outcome: CustodyOutcome; readonly item: TakenItem<R> }
  | { readonly kind: 'receipt'; readonly receipt: Receipt };

export interface SinkStats {
  /** Taken and not ended. */
  readonly held: number;
  /** Handed out again after a crash. */
  readonly repeats: number;
  readonly busy: number;
  /** Copies of what was seen before. */
  readonly duplicates: number;
  readonly answerBytes: number;
  readonly pendingAppends: number;
}

export interface SinkMachine<R> {
  /** Outputs in the order in which they must happen. */
  handle(input: SinkInput<R>): SinkOutput<R>[];
  stats(): SinkStats;
  /** A journal that says the same as all confirmed appends so far, without outcomes. Unconfirmed ones belong behind it. */
  snapshot(): Iterable<SinkRecord<R>>;
}
