/**
 * What pages show, as records with the number of their last change: whoever has seen one number is told what changed
 * since. Every collection of the console is one of these, and all of one console count together. Pure.
 */

/** Removals remembered, per collection: a page that has missed more gets everything anew. */
const MAX_GONE = 2000;

export interface Revisions {
  readonly current: number;
  next(): number;
}

export const createRevisions = (): Revisions => {
  let current = 0;
  return {
    get current() {
      return current;
    },
    next: () => (current += 1),
  };
};

interface Changes<R> {
  /** New or changed, in the order of their changes. */
  readonly put: readonly R[];
  /** Keys of those that are there no more. */
  readonly gone: readonly string[];
}

export interface Records<R> {
  readonly size: number;
  get(key: string): R | undefined;
  /** In the order of their last change, oldest first. */
  values(): IterableIterator<R>;
  /** Makes it the newest one and forgets the oldest beyond the limit. A record that says the same is no change. */
  set(key: string, record: R): void;
  delete(key: string): boolean;
  /** What changed after that number; undefined when too much is gone since: then only everything helps. */
  since(revision: number): Changes<R> | undefined;
}

export const createRecords = <R>(revisions: Revisions, limit: number): Records<R> => {
  const records = new Map<string, { readonly record: R; readonly json: string; readonly revision: number }>();
  const gone = new Map<string, number>();
  // Removals up to this number are forgotten.
  let forgotten = 0;

  const remove = (key: string): boolean => {
    if (!records.delete(key)) return false;
    gone.delete(key);
    gone.set(key, revisions.next());
    if (gone.size > MAX_GONE) {
      const [oldest, revision] = gone.entries().next().value as [string, number];
      gone.delete(oldest);
      forgotten = revision;
    }
    return true;
  };

  return {
    get size() {
      return records.size;
    },
    get: (key) => records.get(key)?.record,
    values: function* () {
      for (const { record } of records.values()) yield record;
    },
    set: (key, record) => {
      const json = JSON.stringify(record);
      if (records.get(key)?.json === json) return;
      records.delete(key);
      gone.delete(key);
      records.set(key, { record, json, revision: revisions.next() });
      if (records.size <= limit) return;
      const oldest = records.keys().next();
      if (oldest.done !== true) remove(oldest.value);
    },
    delete: remove,
    since: (revision) => {
      if (revision < forgotten) return undefined;
      const put: R[] = [];
      for (const known of records.values()) if (known.revision > revision) put.push(known.record);
      const removed = [...gone].filter(([, at]) => at > revision).map(([key]) => key);
      return { put, gone: removed };
    },
  };
};
