/** Which items are settled, as sinks say in receipts and origins with every publish. */
import { itemKey } from '@cotbus/contracts';
import type { Item, Receipt } from '@cotbus/contracts';

/** Of one sink in one run. */
const MAX_KEYS = 500_000;

export interface Settled {
  receipt(receipt: Receipt): void;
  /** An origin has published it: all before its `low` are settled everywhere. */
  published(item: Item): void;
  /** Keys of the items that a sink has called settled. */
  readonly by: (sink: string) => ReadonlySet<string>;
  /** True when a sink or the origin says so. */
  isSettled(key: string, sink: string): boolean;
}

export const createSettled = (): Settled => {
  const bySink = new Map<string, Set<string>>();
  const lows = new Map<string, number>();
  const by = (sink: string): ReadonlySet<string> => bySink.get(sink) ?? new Set();
  return {
    receipt: ({ origin, incarnation, nonce, sink, settled }) => {
      const keys = bySink.get(sink) ?? new Set<string>();
      bySink.set(sink, keys);
      for (const { first, last } of settled) {
        for (let seq = first; seq <= last && keys.size < MAX_KEYS; seq += 1) {
          keys.add(itemKey({ origin, incarnation, nonce, seq }));
        }
      }
    },
    published: ({ id, low }) => {
      if (id === undefined) return;
      const { life } = splitKey(itemKey(id));
      lows.set(life, Math.max(low, lows.get(life) ?? 0));
    },
    by,
    isSettled: (key, sink) => {
      const { life, seq } = splitKey(key);
      return by(sink).has(key) || seq < (lows.get(life) ?? 0);
    },
  };
};

/** The life of the origin and the number of a key such as `radio-1/4.0123456789abcdef/17`. */
export const splitKey = (key: string): { readonly life: string; readonly seq: number } => {
  const cut = key.lastIndexOf('/');
  return { life: key.slice(0, cut), seq: Number(key.slice(cut + 1)) };
};
