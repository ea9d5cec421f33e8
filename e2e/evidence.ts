import type { WatchedItem } from './bus-watch.ts';
import type { Label } from './label.ts';
import type { Ledger } from './ledger.ts';
import type { Loss } from './loss.ts';
import type { Witness } from './sighting.ts';

/** Everything a run left behind, for the checks. */
export interface Evidence {
  readonly items: readonly WatchedItem[];
  /** It turned out to be none that the destination takes, which needs no outcome then. */
  readonly isDeclined: (key: string, destination: string) => boolean;
  readonly ledger: Ledger;
  readonly witnesses: readonly Witness[];
  /** What the harness gave to radios and clients. */
  readonly given: ReadonlySet<Label>;
  /** Nothing was hurt: each label given must have been accepted, and nothing may come twice. */
  readonly unhurt: boolean;
  /** Volumes that were lost. */
  readonly losses: readonly Loss[];
  /** Processes whose wall clock was wrong for a while. */
  readonly wrongClocks: ReadonlySet<string>;
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
  | 'repeated on one connection'
  | 'out of order'
  | 'expired by a clock'
  | 'died by itself'
  | 'not healed'
  /** No violation: counted. */
  | 'lost with its volume';

export interface Violation {
  readonly rule: Rule;
  /** Item key, label or owner. */
  readonly about: string;
  readonly sentence: string;
  /** How many things it is about; one, if left out. */
  readonly count?: number;
}
