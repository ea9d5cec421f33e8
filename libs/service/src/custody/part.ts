/** What an origin keeps in memory of an item until every destination has settled it. */
import type { Life } from './item-name.ts';
import type { CustodyEnding, Ending } from './messages.ts';
import type { FragmentOf } from './origin-records.ts';

/**
 * Where an item stands at one sink:
 * - `journaling`: not yet, or no longer, the sink's business: an append is under way.
 * - `waiting`: for a place in the window.
 * - `window`: published, unanswered.
 * - `suspect`: three tries ran out; it waits to be tried alone. `alone`: that try is under way.
 *   `resting`: all but one of its tries failed; the last one comes when a paused worker is known to be gone.
 * - `fragment`: published every now and then until its transfer is whole, outside the window.
 * - `taken`: the sink has journaled it; its outcome follows.
 * - `void`: given up here, the sink's answer to that is awaited: unconfirmed.
 */
export type Phase =
  'journaling' | 'waiting' | 'window' | 'suspect' | 'resting' | 'alone' | 'fragment' | 'taken' | 'void';

export interface OpenLife<P> {
  readonly life: Life;
  /** By seq, ascending: the first key is `low`. */
  readonly items: Map<number, OpenItem<P>>;
}

export interface OpenItem<P> {
  readonly of: OpenLife<P>;
  readonly seq: number;
  readonly heardMs: number;
  readonly lifeMs: number | undefined;
  readonly insists: boolean;
  readonly fragment: FragmentOf | undefined;
  readonly payload: P;
  /** Its `accepted` record is in the journal. */
  journaled: boolean;
  /** Open destinations. */
  readonly parts: Map<string, Part<P>>;
  /** Publishes so far. */
  attempt: number;
  /** Some sink has seen a result of it: workers survive it. */
  wasAnswered: boolean;
}

export interface Part<P> {
  readonly item: OpenItem<P>;
  readonly destination: string;
  /** Empty while no agent of the mesh is alive. */
  sink: string;
  assignment: number;
  /** Agents it was assigned to before. */
  readonly used: string[];
  /** Those of them that may have sent it and have not answered: while there is one, the outcome may be theirs. */
  readonly unanswered: string[];
  /** Why agents did not send it, by their names, as far as this life of the origin heard; undefined: none has said. */
  whys: Map<string, Ending> | undefined;
  repeat: boolean;
  /** Given up at this sink. */
  deadlineMs: number;
  phase: Phase;
  /** When this life of the origin gave it up. */
  givenUpMs: number;
  sentMs: number;
  /** Publishes to this sink since it was last busy. */
  tries: number;
  /** Those that ran out although something sent no earlier was answered. */
  failed: number;
  /** It may have been published to this sink, in this life of the origin or before: only a void ends it. */
  mayBeKnown: boolean;
  /** How it ends once it is void. */
  ending: CustodyEnding | undefined;
}
