/** What waits for the air, in order of coming; a newer state of a uid takes the place and the waiting time of the older one. */
import { isStateKind } from '@cotbus/contracts';
import type { TxResult } from '@cotbus/contracts';
import type { ItemName } from '@cotbus/service';
import { isPosition, rankOf } from './air-rank.ts';

/** An event on its way to the air. Times are monotonic milliseconds. */
export interface Transmission {
  readonly id: ItemName;
  readonly result: TxResult;
  /** After it the event is not worth its airtime. */
  readonly expiresMs: number;
  /** Of its frames, those the radio has sent. */
  readonly sentFrames: number;
}

export interface Waiting {
  readonly entry: Transmission;
  readonly sinceMs: number;
  /** Not to be sent before. */
  readonly notBeforeMs: number;
  /** How often the frame that is next was given to the radio in vain. */
  readonly tries: number;
  /** How often a link broke while the radio had it. */
  readonly losses: number;
}

/** Without positions: a quarter of an hour of a busy LongFast channel; more would arrive too late to be of use. */
export const MAX_WAITING = 50;
/** One for each user. */
const MAX_POSITIONS = 1000;

interface Added {
  /** The older event that this one replaces. */
  readonly replaced?: Transmission;
  /** What there is no place for: this one, or one that matters less. */
  readonly refused?: Transmission;
}

export interface TxQueue {
  add(waiting: Waiting): Added;
  /** Puts one back that was taken out: in its place by time, even when the queue is full. */
  putBack(waiting: Waiting): void;
  take(waiting: Waiting): void;
  /** Takes those out that fit. */
  takeWhere(fits: (waiting: Waiting) => boolean): readonly Waiting[];
  /** In order of coming. */
  readonly all: readonly Waiting[];
  readonly size: number;
}

export const createTxQueue = (): TxQueue => {
  let all: Waiting[] = [];
  const put = (waiting: Waiting): void => {
    const behind = all.findIndex(({ sinceMs }) => sinceMs > waiting.sinceMs);
    if (behind === -1) all.push(waiting);
    else all.splice(behind, 0, waiting);
  };
  /** Another of the same sort that has to make room; the waiting one itself when none matters less. */
  const leastOf = (waiting: Waiting): Waiting => {
    const others = all.filter(({ entry }) => isPosition(entry.result.kind) === isPosition(waiting.entry.result.kind));
    if (others.length < (isPosition(waiting.entry.result.kind) ? MAX_POSITIONS : MAX_WAITING)) return nobody;
    const least = others.reduce((worst, one) => (rank(one) >= rank(worst) ? one : worst));
    return rank(least) > rank(waiting) ? least : waiting;
  };
  return {
    add: (waiting) => {
      const index = all.findIndex((older) => isReplaced(older.entry, waiting.entry.result));
      const older = all[index];
      if (older !== undefined) {
        all[index] = { ...waiting, sinceMs: older.sinceMs };
        return { replaced: older.entry };
      }
      const least = leastOf(waiting);
      if (least === waiting) return { refused: waiting.entry };
      put(waiting);
      if (least === nobody) return {};
      all = all.filter((one) => one !== least);
      return { refused: least.entry };
    },
    putBack: put,
    take: (waiting) => {
      all = all.filter((one) => one !== waiting);
    },
    takeWhere: (fits) => {
      const taken = all.filter((waiting) => fits(waiting));
      if (taken.length > 0) all = all.filter((waiting) => !taken.includes(waiting));
      return taken;
    },
    get all() {
      return all;
    },
    get size() {
      return all.length;
    },
  };
};

const rank = ({ entry }: Waiting): number => (entry.sentFrames > 0 ? -1 : rankOf(entry.result.kind));

/** What the radio has begun to send is finished, whatever came meanwhile. */
const isReplaced = ({ result, sentFrames }: Transmission, newer: TxResult): boolean =>
  isStateKind(newer.kind) && result.uid === newer.uid && result.kind === newer.kind && sentFrames === 0;

/** In the place of one that has to make room. */
const nobody: Waiting = { sinceMs: 0, notBeforeMs: 0, tries: 0, losses: 0, entry: {} as Transmission };
