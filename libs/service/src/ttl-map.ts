import type { Clock } from './clock.ts';

export interface TtlMapOptions {
  /** How long an entry lives after it was set. */
  readonly ttlMs: number;
  /** The oldest entry goes when one more is set. */
  readonly maxEntries: number;
  readonly clock: Clock;
}

export interface TtlMap<K, V> {
  get(key: K): V | undefined;
  /** Sets the value and starts its life anew. */
  set(key: K, value: V): void;
  has(key: K): boolean;
  delete(key: K): void;
  /** Of living entries, the oldest first. */
  keys(): K[];
  /** Living entries. */
  readonly size: number;
}

/** A bounded map whose entries expire by the monotonic clock. It needs no timer: expired entries go when it is used. */
export const createTtlMap = <K, V>({ ttlMs, maxEntries, clock }: TtlMapOptions): TtlMap<K, V> => {
  // One life for all and re-insertion on set: the order of the map is the order of expiry.
  const entries = new Map<K, { readonly value: V; readonly expiresMs: number }>();
  const expire = (): void => {
    const now = clock.monotonic();
    for (const [key, entry] of entries) {
      if (entry.expiresMs > now) return;
      entries.delete(key);
    }
  };
  const living = (key: K): { readonly value: V } | undefined => {
    expire();
    return entries.get(key);
  };
  return {
    get: (key) => living(key)?.value,
    set: (key, value) => {
      expire();
      entries.delete(key);
      for (const oldest of entries.keys()) {
        if (entries.size < maxEntries) break;
        entries.delete(oldest);
      }
      entries.set(key, { value, expiresMs: clock.monotonic() + ttlMs });
    },
    has: (key) => living(key) !== undefined,
    delete: (key) => {
      entries.delete(key);
    },
    keys: () => {
      expire();
      return [...entries.keys()];
    },
    get size() {
      expire();
      return entries.size;
    },
  };
};
