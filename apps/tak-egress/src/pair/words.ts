/** What the two instances of a pair say to each other about who is active, as plain data. */

export type PairRole = 'standby' | 'claim' | 'active';

export interface PairWord {
  readonly instance: string;
  readonly role: PairRole;
  /** Grows with each claim; 0: was never part of the pair. */
  readonly epoch: number;
  /** It has journaled what the other one has not. */
  readonly isAlone: boolean;
  /** Of a standby: the copy it wants or follows. Of the active one: the copy that has all it has journaled; 0n: none. */
  readonly copy: bigint;
  /** Numbers the words of one life. */
  readonly beat: number;
  /** Tells lives of the process apart. */
  readonly life: bigint;
}

/** What an instance must still know after it was killed. */
export interface Standing {
  readonly epoch: number;
  /** It has confirmed what the other one has not. */
  readonly isAlone: boolean;
  /** It has all that was confirmed at this epoch. */
  readonly isWhole: boolean;
}
