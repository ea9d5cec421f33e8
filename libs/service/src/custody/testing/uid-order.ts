/** Rule 8: states of a uid are ordered, within one life of an origin by seq, otherwise by when they were heard. */
import { lifeKey } from '../item-name.ts';
import type { ItemName } from '../item-name.ts';

export interface UidOrder {
  isNewest(uid: string, id: ItemName, heardMs: number): boolean;
}

/** Remembers the newest seq of every life, also when another origin's event came in between. */
export const createUidOrder = (): UidOrder => {
  const newest = new Map<string, { readonly life: string; readonly heardMs: number }>();
  const newestSeqs = new Map<string, number>();
  return {
    isNewest: (uid, id, heardMs) => {
      const life = `${uid} ${lifeKey(id)}`;
      const known = newest.get(uid);
      if (id.seq < (newestSeqs.get(life) ?? 0)) return false;
      if (known !== undefined && known.life !== life && heardMs < known.heardMs) return false;
      newest.set(uid, { life, heardMs });
      newestSeqs.set(life, id.seq);
      return true;
    },
  };
};
