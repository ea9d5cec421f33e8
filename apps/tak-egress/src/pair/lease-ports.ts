/** What goes into the lease of a pair and what comes out of it. */
import type { PairWord, Standing } from './words.ts';

export interface LeaseOptions {
  /** Of the two, `a` goes first where both may. */
  readonly instance: string;
  readonly leaseMs: number;
  /** Tells this life of the process from others. */
  readonly life: bigint;
  /** Random bits, never 0. */
  readonly newCopy: () => bigint;
  /** Takes over although the other one had more; its machine is gone. */
  readonly takesOverBehind?: boolean;
}

/** Times are monotonic milliseconds. */
export type LeaseInput = { readonly nowMs: number } & (
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected' }
  /** Of either instance. */
  | { readonly kind: 'word'; readonly word: PairWord }
  /** This standing is on the disk. */
  | { readonly kind: 'kept'; readonly number: number }
  /** What `shut` asked for is done. */
  | { readonly kind: 'closed' }
  /** The copy has all that is journaled, and everything is confirmed by both from here on. */
  | { readonly kind: 'copied'; readonly copy: bigint }
  /** The other one does not answer for its copy. */
  | { readonly kind: 'copy_lost'; readonly copy: bigint }
  /** The copy here has a hole. */
  | { readonly kind: 'copy_broken' }
  /** Links or journals cannot be opened: the other one may try. */
  | { readonly kind: 'failed' }
  /** This process stops. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'tick' }
);

export type LeaseOutput =
  | { readonly kind: 'say'; readonly word: PairWord }
  | { readonly kind: 'keep'; readonly number: number; readonly standing: Standing }
  /** Open links and journals: this one is active. */
  | { readonly kind: 'open' }
  /** Close links, then the rest; `fenced`: nothing may be journaled or said any more. */
  | { readonly kind: 'shut'; readonly fenced: boolean }
  /** From now on this instance alone confirms what is journaled. */
  | { readonly kind: 'alone' }
  /** Begin this copy for the other one. */
  | { readonly kind: 'copy'; readonly copy: bigint; readonly epoch: number };
