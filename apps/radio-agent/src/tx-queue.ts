/** What waits for the air: emergencies first, then in order of coming; a newer state of a uid takes the older one's place. */
import { isStateKind, Kind } from '@cotbus/contracts';
import type { TxResult } from '@cotbus/contracts';
import type { ItemName } from '@cotbus/service';

/** An event on its way to the air. */
export interface Transmission {
  readonly id: ItemName;
  readonly result: TxResult;
  /** Monotonic milliseconds; after it the event is not worth its airtime. */
  readonly expiresMs: number;
  /** Of its frames, those the radio has sent. */
  readonly sentFrames: number;
}

/** A quarter of an hour of a busy LongFast channel; more would arrive too late to be of use. */
export const MAX_WAITING = 50;

export interface TxQueue {
  /** @returns the older entry that this one replaces, `full`, or undefined. */
  add(entry: Transmission): Transmission | 'full' | undefined;
  /** Puts one back of which some frames are sent: before all but emergencies, even when the queue is full. */
  putBack(entry: Transmission): void;
  /** Takes the next one out. */
  take(): Transmission | undefined;
  /** Takes those out that fit. */
  takeWhere(fits: (entry: Transmission) => boolean): readonly Transmission[];
  /** Takes everything out. */
  takeAll(): readonly Transmission[];
  readonly size: number;
}

export const createTxQueue = (): TxQueue => {
  let entries: Transmission[] = [];
  const replaces = (newer: TxResult) => (older: Transmission) =>
    isStateKind(newer.kind) && older.result.uid === newer.uid && older.result.kind === newer.kind;
  return {
    add: (entry) => {
      const index = entries.findIndex(replaces(entry.result));
      const older = entries[index];
      if (older !== undefined) {
        entries[index] = entry;
        return older;
      }
      if (entries.length >= MAX_WAITING) return 'full';
      const urgent = entry.result.kind === Kind.EMERGENCY;
      const behind = urgent ? entries.findIndex(({ result }) => result.kind !== Kind.EMERGENCY) : -1;
      if (behind === -1) entries.push(entry);
      else entries.splice(behind, 0, entry);
      return undefined;
    },
    putBack: (entry) => {
      const behind = entries.findIndex(({ result }) => result.kind !== Kind.EMERGENCY);
      entries.splice(behind === -1 ? entries.length : behind, 0, entry);
    },
    take: () => entries.shift(),
    takeWhere: (fits) => {
      const taken = entries.filter((entry) => fits(entry));
      if (taken.length > 0) entries = entries.filter((entry) => !taken.includes(entry));
      return taken;
    },
    takeAll: () => entries.splice(0),
    get size() {
      return entries.length;
    },
  };
};
