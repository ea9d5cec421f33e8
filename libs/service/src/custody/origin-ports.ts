/** What goes into an origin and what comes out of it. */
import type { ItemName, Life } from './item-name.ts';
import type { CustodyOutcome, ItemHeader, Receipt, VoidRequest } from './messages.ts';
import type { FragmentOf, Moment, OriginRecord, Refused } from './origin-records.ts';

export interface OriginMachineOptions {
  /** A topic level, unique on the bus. */
  readonly name: string;
  /**
   * 64 random bits, fresh in each life of the process. The journal's own stays while there is one; this names what the
   * journal had no room for before the life began.
   */
  readonly nonce: bigint;
  /** Rule 11: destinations are meshes, each item is assigned to one agent of them. */
  readonly elects?: boolean;
  /** Accepted records are fsynced, and sinks answer after their own fsync. */
  readonly durable?: boolean;
  /** An rx item is given up at this age. */
  readonly giveUpMs?: number;
  /** What was given up and may have arrived waits so much longer for a sink that is away. */
  readonly abandonMs?: number;
  /** Items that may wait for one sink. */
  readonly quota?: number;
}

/** Times are monotonic milliseconds. */
export type OriginInput<P> =
  /** First of all, and once: what the journal holds, in order; empty when it is new. */
  | { readonly kind: 'recovered'; readonly records: Iterable<OriginRecord<P>>; readonly moment: Moment }
  | {
      readonly kind: 'accept';
      readonly payload: P;
      /** Fixed now: registered egresses and packagers, or the meshes it is meant for. */
      readonly destinations: readonly string[];
      /** Where it ends at once, and why. */
      readonly refused?: readonly Refused[];
      /** When it came; now, if left out. */
      readonly heardMs?: number;
      /** Of a tx item: how long it is worth sending. */
      readonly lifeMs?: number;
      /** Rule 11: chat and emergency. */
      readonly insists?: boolean;
      readonly fragment?: FragmentOf;
      readonly nowMs: number;
    }
  /** Every append up to this number is in the journal, and synced if it asked for it. */
  | { readonly kind: 'journaled'; readonly upTo: number; readonly nowMs: number }
  /** The journal had no room for this append. */
  | { readonly kind: 'append_refused'; readonly number: number; readonly nowMs: number }
  | { readonly kind: 'receipt'; readonly receipt: Receipt; readonly nowMs: number }
  /**
   * Who has a heartbeat: destination → sinks in configured order (rx: the destination itself). Whole each time; the shell
   * repeats it with its own heartbeat.
   */
  | { readonly kind: 'alive'; readonly sinks: ReadonlyMap<string, readonly string[]>; readonly nowMs: number }
  | { readonly kind: 'connected'; readonly nowMs: number }
  | { readonly kind: 'disconnected'; readonly nowMs: number }
  | { readonly kind: 'tick'; readonly nowMs: number };

export type OriginOutput<P> =
  | {
      readonly kind: 'append';
      /** From 1 in each life of the process, without holes. */
      readonly number: number;
      readonly record: OriginRecord<P>;
      /** Confirm it only after an fsync. */
      readonly sync: boolean;
    }
  | { readonly kind: 'publish'; readonly item: ItemHeader; readonly payload: P }
  | { readonly kind: 'void'; readonly request: VoidRequest }
  /** It is in the journal; publish the copy and count it. */
  | { readonly kind: 'outcome'; readonly outcome: CustodyOutcome; readonly payload: P };

export interface OriginStats {
  readonly open: number;
  /** Given up, but perhaps handed out: the sink has not answered the void yet. */
  readonly unconfirmed: number;
  readonly republished: number;
  /** Rule 11: assigned to another agent although the first may have sent it. */
  readonly reassignedUnanswered: number;
  readonly pendingAppends: number;
}

export interface OriginMachine<P> {
  /** Outputs in the order in which they must happen. */
  handle(input: OriginInput<P>): OriginOutput<P>[];
  /** The life of items accepted now. */
  readonly life: Life;
  stats(): OriginStats;
  /** Window of a sink, items. */
  window(sink: string): number | undefined;
  /** What to show as unconfirmed. */
  unconfirmed(): Iterable<{ readonly item: ItemName; readonly destination: string; readonly reason: string }>;
  /**
   * A journal that says the same as all confirmed appends so far, for compaction. Appends that are not confirmed yet are not
   * in it: they belong behind it.
   */
  snapshot(moment: Moment): Iterable<OriginRecord<P>>;
}
