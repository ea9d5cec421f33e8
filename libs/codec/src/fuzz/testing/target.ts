/** One way into the codec, and how it is put to the test. */
import type { Random } from './random.ts';
import type { Outcome } from './settled.ts';

export interface FuzzInput {
  /** To be kept when something is wrong with it. */
  readonly bytes: Uint8Array;
  /** Puts it in. Throws when a promise is broken, or when the codec throws. */
  readonly check: () => Outcome;
}

export interface Target {
  readonly name: string;
  /** Inputs of one batch may build on each other; two batches never do. */
  readonly open: () => (random: Random) => FuzzInput;
}
