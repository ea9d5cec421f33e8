/** Of a state only the newest counts: an older report that arrives later must not undo it. */
import type { ItemName } from './custody/item-name.ts';

/** As many as the picture holds; the ones not heard of for longest are forgotten. */
const MAX_UIDS = 10_000;

export interface StateOrder {
  /**
   * True when nothing newer is known of this uid; it is then the newest. One origin counts its items itself, items of
   * different origins are compared by when they were heard.
   * @param heardMs by the monotonic clock of this process.
   */
  isNewest(uid: string, id: ItemName, heardMs: number): boolean;
  /** It was reported here, past any origin. */
  note(uid: string, heardMs: number): void;
}

export const createStateOrder = (): StateOrder => {
  const newest = new Map<string, { readonly id: ItemName | undefined; readonly heardMs: number }>();
  const note = (uid: string, id: ItemName | undefined, heardMs: number): void => {
    newest.delete(uid);
    newest.set(uid, { id, heardMs });
    const [oldest] = newest.keys();
    if (newest.size > MAX_UIDS && oldest !== undefined) newest.delete(oldest);
  };
  return {
    isNewest: (uid, id, heardMs) => {
      const known = newest.get(uid);
      if (known !== undefined && isOlder(id, heardMs, known)) return false;
      note(uid, id, heardMs);
      return true;
    },
    note: (uid, heardMs) => note(uid, undefined, heardMs),
  };
};

const isOlder = (
  id: ItemName,
  heardMs: number,
  known: { readonly id: ItemName | undefined; readonly heardMs: number },
): boolean => (known.id !== undefined && isSameOrigin(known.id, id) ? id.seq < known.id.seq : heardMs < known.heardMs);

const isSameOrigin = (a: ItemName, b: ItemName): boolean =>
  a.origin === b.origin && a.incarnation === b.incarnation && a.nonce === b.nonce;
