/** Of a state only the newest counts: an older report that arrives later must not undo it. */
import type { ItemId } from '@cotbus/contracts';

/** As many as the picture holds; the ones not heard of for longest are forgotten. */
const MAX_UIDS = 10_000;

export interface StateOrder {
  /**
   * True when nothing newer is known of this uid; it is then the newest. One origin counts its items itself, items of
   * different origins are compared by when they were heard.
   * @param heardMs by the monotonic clock of this process.
   */
  isNewest(uid: string, id: ItemId, heardMs: number): boolean;
}

export const createStateOrder = (): StateOrder => {
  const newest = new Map<string, { readonly id: ItemId; readonly heardMs: number }>();
  return {
    isNewest: (uid, id, heardMs) => {
      const known = newest.get(uid);
      if (known !== undefined && (isSameOrigin(known.id, id) ? id.seq < known.id.seq : heardMs < known.heardMs)) {
        return false;
      }
      newest.delete(uid);
      newest.set(uid, { id, heardMs });
      const [oldest] = newest.keys();
      if (newest.size > MAX_UIDS && oldest !== undefined) newest.delete(oldest);
      return true;
    },
  };
};

const isSameOrigin = (a: ItemId, b: ItemId): boolean =>
  a.origin === b.origin && a.incarnation === b.incarnation && a.nonce === b.nonce;
