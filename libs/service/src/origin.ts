/** Naming what is taken from the world. An origin is a radio agent or a TAK egress. */
import { create } from '@bufbuild/protobuf';
import { ItemSchema } from '@cotbus/contracts';
import type { Item } from '@cotbus/contracts';
import type { Clock } from './clock.ts';

/** `seq` is a uint32; behind it a new incarnation begins. */
const MAX_SEQ = 0xffffffff;

export interface OriginOptions {
  /** A topic level, unique on the bus. */
  readonly name: string;
  /** 64 random bits. */
  readonly nonce: bigint;
  readonly clock: Clock;
}

export interface Origin {
  /**
   * Names the next item: seq from 1 without holes, first attempt.
   * @param heardMs when it came, by the monotonic clock; now, if left out.
   */
  accept(destinations: readonly string[], heardMs?: number): Item;
}

export const createOrigin = ({ name, nonce, clock }: OriginOptions): Origin => {
  let incarnation = 1;
  let seq = 0;
  return {
    accept: (destinations, heardMs = clock.monotonic()) => {
      if (seq === MAX_SEQ) {
        incarnation += 1;
        seq = 0;
      }
      seq += 1;
      return create(ItemSchema, {
        id: { origin: name, incarnation, nonce, seq },
        low: 1,
        ageMs: Math.max(0, Math.round(clock.monotonic() - heardMs)),
        attempt: 1,
        destinations: [...destinations],
      });
    },
  };
};
