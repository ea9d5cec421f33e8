/** What an origin journals. A record of an item names its incarnation; the nonce is that of the journal. */
import type { CustodyOutcome, Ending } from './messages.ts';
import type { SeqRange } from './item-name.ts';

/** A moment by all clocks of the host. */
export interface Moment {
  /** Monotonic milliseconds, as everywhere in custody. */
  readonly nowMs: number;
  /** Wall clock, epoch milliseconds. */
  readonly wallMs: number;
  /** Monotonic readings with the same value of this are of one clock: the id of the boot. */
  readonly clockId: string;
}

/** One destination of an accepted item. */
export interface Assigned {
  readonly destination: string;
  /** Empty when no agent of the mesh was alive. */
  readonly sink: string;
}

/** A destination at which the item ended before custody began. */
export interface Refused extends Ending {
  readonly destination: string;
}

/** An item may be one fragment of a transfer. */
export interface FragmentOf {
  readonly transfer: string;
  /** How many fragments make it whole, when that is known. */
  readonly needed?: number;
}

export interface AcceptedRecord<P> {
  readonly kind: 'accepted';
  readonly incarnation: number;
  readonly seq: number;
  /** By the monotonic clock of the life. */
  readonly heardMs: number;
  /** Of a tx item; rx items live until the origin gives up. */
  readonly lifeMs?: number;
  /** Rule 11: chat and emergency go to another agent when the first does not answer. */
  readonly insists: boolean;
  readonly fragment?: FragmentOf;
  readonly assigned: readonly Assigned[];
  readonly refused: readonly Refused[];
  readonly payload: P;
}

export type OriginRecord<P> =
  /** The origin started. Synced before anything is published: an incarnation must never be used twice. */
  | { readonly kind: 'life'; readonly incarnation: number; readonly nonce: bigint; readonly moment: Moment }
  | AcceptedRecord<P>
  | {
      readonly kind: 'assigned';
      readonly incarnation: number;
      readonly seq: number;
      readonly destination: string;
      readonly sink: string;
      readonly assignment: number;
      /** When, by the monotonic clock of the life that wrote it. */
      readonly atMs: number;
      readonly repeat: boolean;
    }
  /** A sink owns the outcome of these. */
  | {
      readonly kind: 'settled';
      readonly incarnation: number;
      readonly destination: string;
      readonly items: readonly SeqRange[];
    }
  /** The origin's own outcome. */
  | { readonly kind: 'ended'; readonly outcome: CustodyOutcome };
