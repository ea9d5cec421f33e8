/** What origin and sink say to each other, as plain data; the bus messages carry the same fields. */
import type { ItemName, Life, SeqRange } from './item-name.ts';

/** One destination of a publish, and who shall settle the item there. */
export interface Addressed {
  /** An egress or packager (rx), or a mesh (tx). */
  readonly destination: string;
  /** The destination itself (rx), or the elected agent of the mesh (tx): only the named one takes the item. */
  readonly sink: string;
  /** Number of the assignment, from 1. */
  readonly assignment: number;
  /** Left of the item's life at this sink, milliseconds at this publish. */
  readonly lifeMs: number;
  /** Another sink may already have handed it out. */
  readonly repeat: boolean;
}

/** The header of every publish of an item. */
export interface ItemHeader {
  readonly id: ItemName;
  /** Every seq of this incarnation below it is settled at every destination. */
  readonly low: number;
  /** Every incarnation of this origin and nonce below it is settled altogether. */
  readonly lowIncarnation: number;
  /** Since the origin took the item from the world. */
  readonly ageMs: number;
  /** 1 for the first publish. */
  readonly attempt: number;
  /** The sink answers only after its own fsync. */
  readonly durable: boolean;
  /** Who is asked by this publish. */
  readonly addressed: readonly Addressed[];
}

/** Sink to origin. What is not mentioned is not answered. */
export interface Receipt extends Life {
  /** Who answers. */
  readonly sink: string;
  /** The outcome is recorded. */
  readonly settled: readonly SeqRange[];
  /** Journaled; the outcome follows. */
  readonly taken: readonly SeqRange[];
  /** This sink will never hand it out: void recorded, or not sent by an agent. */
  readonly voided: readonly SeqRange[];
  /** Why some of those were not sent, said once: a receipt that is lost takes it along. */
  readonly unsent?: readonly Unsent[];
  /** Not taken, the sink is full; try again later. */
  readonly busy: readonly SeqRange[];
}

/** Why an agent did not send an item. */
export interface Unsent {
  readonly seq: number;
  readonly ending: Ending;
}

/** Origin to sink: about to give these up; answer settled, or record that they are void and refuse later copies. */
export interface VoidRequest extends Life {
  readonly sink: string;
  readonly items: readonly SeqRange[];
}

/** Reasons custody itself ends an item with; sinks add the reasons of their world. */
type CustodyReason =
  /** The destination gave no sign of life until the item was given up. */
  | 'absent'
  /** Five tries without an answer while others passed. */
  | 'poison'
  /** The origin's journal had no room. */
  | 'journal_full'
  /** Its time was over before the destination settled it. */
  | 'gave_up'
  /** A fragment of a transfer that was never whole. */
  | 'incomplete'
  /** No agent of the mesh sent it. */
  | 'not_sent';

/** How an origin ends an item. */
export interface CustodyEnding {
  readonly reason: CustodyReason;
  readonly detail: string;
}

/** How an item ended: what custody knows, or a reason of the sink's world. */
export interface Ending {
  readonly reason: string;
  /** One line for a person. */
  readonly detail: string;
}

/** The end of one item at one destination. */
export interface CustodyOutcome extends Ending {
  readonly item: ItemName;
  readonly destination: string;
}
