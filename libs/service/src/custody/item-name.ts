/** How custody names things. These are the fields of `ItemId` and `SeqRange` on the bus, without protobuf. */

/** One life of an origin: its name, a persisted counter of its starts, and the random number of its journal. */
export interface Life {
  readonly origin: string;
  readonly incarnation: number;
  /** 64 random bits, renewed with a new journal. */
  readonly nonce: bigint;
}

export interface ItemName extends Life {
  /** From 1. */
  readonly seq: number;
}

/** `first` to `last`, both included. */
export interface SeqRange {
  readonly first: number;
  readonly last: number;
}

export const lifeKey = ({ origin, incarnation, nonce }: Life): string => `${origin}/${incarnation}.${nonce}`;

export const nameOf = ({ origin, incarnation, nonce }: Life, seq: number): ItemName => ({
  origin,
  incarnation,
  nonce,
  seq,
});

/** The seqs of ranges, at most `max` of them: what another process says is not believed without limit. */
export const seqsOf = function* (ranges: readonly SeqRange[], max = Infinity): Generator<number> {
  let left = max;
  for (const { first, last } of ranges) {
    for (let seq = first; seq <= last && left > 0; seq++) {
      left -= 1;
      yield seq;
    }
  }
};
