/**
 * Rule 10, the sink's part: a transfer is settled once, for every fragment in it and for all origins; late surplus gets the
 * same answer.
 */
import { touch } from '../touch.ts';
import type { ItemName } from './item-name.ts';
import type { Ending } from './messages.ts';

/** Routes and long events are rare on a mesh; a thousand of them is days. */
const MAX_TRANSFERS = 1024;
/** More surplus than this is answered when it is asked for again. */
const MAX_COVERED = 1024;

interface Transfer {
  ending?: Ending;
  covers: ItemName[];
}

export interface Transfers {
  /** @returns true when another item already stands for this transfer; what is covered joins it. */
  joins(transfer: string, covers: readonly ItemName[]): boolean;
  ending(transfer: string): Ending | undefined;
  /** The whole was taken. */
  begin(transfer: string, covers: readonly ItemName[]): void;
  /** The whole ended. @returns every fragment that ends with it. */
  end(transfer: string, ending: Ending): readonly ItemName[];
  /** An agent did not send it: nothing stands for it any more. */
  drop(transfer: string): void;
  ended(): Iterable<{ readonly transfer: string; readonly ending: Ending }>;
}

export const createTransfers = (): Transfers => {
  const transfers = new Map<string, Transfer>();
  const of = (transfer: string): Transfer => touch(transfers, transfer, MAX_TRANSFERS, () => ({ covers: [] }));
  return {
    joins: (transfer, covers) => {
      const known = transfers.get(transfer);
      if (known !== undefined && known.ending === undefined) known.covers.push(...covers);
      if (known !== undefined && known.covers.length > MAX_COVERED) known.covers.length = MAX_COVERED;
      return known !== undefined;
    },
    ending: (transfer) => transfers.get(transfer)?.ending,
    begin: (transfer, covers) => {
      of(transfer).covers = covers.slice(0, MAX_COVERED);
    },
    end: (transfer, ending) => {
      const known = of(transfer);
      const { covers } = known;
      known.ending = ending;
      known.covers = [];
      return covers;
    },
    drop: (transfer) => {
      transfers.delete(transfer);
    },
    *ended() {
      for (const [transfer, { ending }] of transfers) if (ending !== undefined) yield { transfer, ending };
    },
  };
};
