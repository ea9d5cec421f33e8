import type { WatchedItem } from './bus-watch.ts';
import type { Label } from './label.ts';
import type { Ledger } from './ledger.ts';
import type { Witness } from './sighting.ts';

/** Everything a run left behind, for the checks. */
export interface Evidence {
  readonly items: readonly WatchedItem[];
  readonly ledger: Ledger;
  readonly witnesses: readonly Witness[];
  /** What the harness gave to radios and clients. */
  readonly given: ReadonlySet<Label>;
  /** Nothing was hurt: each label given must have been accepted, and nothing may come twice. */
  readonly unhurt: boolean;
  /** What could not be kept, on the bus; the run proves nothing then. */
  readonly overflow: number;
}

type Rule =
  | 'overflow'
  | 'ledger gap'
  | 'ledger conflict'
  | 'not accepted'
  | 'no trace'
  | 'no outcome'
  | 'two outcomes'
  | 'delivered, not seen'
  | 'refused, but seen'
  | 'seen, not accepted'
  | 'repeat differs'
  | 'out of order'
  | 'died by itself'
  | 'not healed';

export interface Violation {
  readonly rule: Rule;
  /** Item key, label or owner. */
  readonly about: string;
  readonly sentence: string;
  /** How many things it is about; one, if left out. */
  readonly count?: number;
}
