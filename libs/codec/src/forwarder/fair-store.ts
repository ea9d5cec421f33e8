/** A bounded map whose entries have owners: who puts in much pushes out its own, not what others have. */

export interface StoreLimits {
  /** Entries of one owner, and bytes of memory that they say they take. */
  readonly perSender: number;
  readonly bytesPerSender: number;
  readonly inAll: number;
  readonly bytesInAll: number;
  /** Milliseconds since an entry was put or touched. */
  readonly lifeMs: number;
}

export interface FairStore<V> {
  get(key: string): V | undefined;
  /** Makes it the youngest; room is made at once. @param bytes that it takes by now */
  put(key: string, owner: string, value: V, bytes: number, nowMs: number): void;
  delete(key: string): void;
  /** Drops what is too old. */
  expire(nowMs: number): void;
  readonly size: number;
  readonly bytes: number;
}

interface Entry<V> {
  readonly owner: string;
  readonly value: V;
  readonly bytes: number;
  readonly atMs: number;
}

interface Share {
  entries: number;
  bytes: number;
}

interface State<V> {
  readonly limits: StoreLimits;
  /** The oldest first. */
  readonly entries: Map<string, Entry<V>>;
  readonly shares: Map<string, Share>;
  readonly all: Share;
}

/** Times are monotonic milliseconds. */
export const createFairStore = <V>(limits: StoreLimits): FairStore<V> => {
  const state: State<V> = { limits, entries: new Map(), shares: new Map(), all: { entries: 0, bytes: 0 } };
  const { entries, all } = state;
  return {
    get: (key) => entries.get(key)?.value,
    put: (key, owner, value, bytes, nowMs) => {
      remove(state, key);
      entries.set(key, { owner, value, bytes, atMs: nowMs });
      count(state, owner, 1, bytes);
      makeRoom(state, key, owner);
    },
    delete: (key) => remove(state, key),
    expire: (nowMs) => {
      for (const [key, { atMs }] of entries) {
        if (nowMs - atMs < limits.lifeMs) return;
        remove(state, key);
      }
    },
    get size() {
      return all.entries;
    },
    get bytes() {
      return all.bytes;
    },
  };
};

const remove = <V>(state: State<V>, key: string): void => {
  const entry = state.entries.get(key);
  if (entry === undefined) return;
  state.entries.delete(key);
  count(state, entry.owner, -1, -entry.bytes);
};

const count = <V>({ shares, all }: State<V>, owner: string, entries: number, bytes: number): void => {
  const share = shares.get(owner) ?? { entries: 0, bytes: 0 };
  shares.set(owner, share);
  for (const counted of [share, all]) {
    counted.entries += entries;
    counted.bytes += bytes;
  }
  if (share.entries === 0) shares.delete(owner);
};

const makeRoom = <V>(state: State<V>, newest: string, owner: string): void => {
  const { limits, shares, all } = state;
  const isOver = (share: Share | undefined): boolean =>
    share !== undefined && (share.entries > limits.perSender || share.bytes > limits.bytesPerSender);
  while (isOver(shares.get(owner))) remove(state, oldestOf(state, owner) ?? newest);
  while (all.entries > limits.inAll || all.bytes > limits.bytesInAll) {
    remove(state, oldestOf(state, largestOwner(state)) ?? newest);
  }
};

/** Its newest entry only when that is its only one. */
const oldestOf = <V>({ entries }: State<V>, owner: string): string | undefined => {
  for (const [key, entry] of entries) if (entry.owner === owner) return key;
  return undefined;
};

/** Who fills the larger part of what may be filled; of equal ones who came first. */
const largestOwner = <V>({ shares, limits }: State<V>): string => {
  let largest = '';
  let most = -1;
  for (const [owner, { entries, bytes }] of shares) {
    const part = Math.max(entries / limits.inAll, bytes / limits.bytesInAll);
    if (part > most) [largest, most] = [owner, part];
  }
  return largest;
};
