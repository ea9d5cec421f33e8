/** Of a state only the newest counts: an older report that arrives later must not undo it. */
import { lifeKey } from './custody/item-name.ts';
import type { ItemName } from './custody/item-name.ts';

/** As many as a picture holds; the ones not heard of for longest are forgotten. */
const MAX_UIDS = 10_000;
/** Origins and their restarts that speak of one uid; the one that spoke longest ago goes. */
const MAX_LIVES = 8;

export interface StateOrder {
  /**
   * True when nothing newer is known of this uid; it is then the newest. One life of an origin counts its items itself,
   * also when another origin spoke in between; items of different lives are compared by when they were heard.
   * @param heardMs by the monotonic clock of this process.
   */
  isNewest(uid: string, id: ItemName, heardMs: number): boolean;
  /** It was reported here, past any origin. */
  note(uid: string, heardMs: number): void;
}

interface Newest {
  readonly heardMs: number;
  /** Of which life; empty when it was reported here. */
  readonly life: string;
  /** Newest seq of each life. */
  readonly seqs: Map<string, number>;
}

export const createStateOrder = (): StateOrder => {
  const uids = new Map<string, Newest>();
  const remember = (uid: string, newest: Newest): void => {
    uids.delete(uid);
    uids.set(uid, newest);
    const [oldest] = uids.keys();
    if (uids.size > MAX_UIDS && oldest !== undefined) uids.delete(oldest);
  };
  return {
    isNewest: (uid, id, heardMs) => {
      const known = uids.get(uid);
      const life = lifeKey(id);
      const seqs = known?.seqs ?? new Map<string, number>();
      const isOlderHere = id.seq < (seqs.get(life) ?? 0);
      if (isOlderHere || (known !== undefined && known.life !== life && heardMs < known.heardMs)) return false;
      seqs.delete(life);
      seqs.set(life, id.seq);
      const [first] = seqs.keys();
      if (seqs.size > MAX_LIVES && first !== undefined) seqs.delete(first);
      remember(uid, { heardMs: Math.max(heardMs, known?.heardMs ?? heardMs), life, seqs });
      return true;
    },
    note: (uid, heardMs) => remember(uid, { heardMs, life: '', seqs: uids.get(uid)?.seqs ?? new Map() }),
  };
};
