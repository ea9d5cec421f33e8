/**
 * The entry of a key, now the most recently used; made when it is missing.
 * The least recently used one goes when there would be more than `max`.
 */
export const touch = <K, V>(entries: Map<K, V>, key: K, max: number, make: () => V): V => {
  const entry = entries.get(key) ?? make();
  entries.delete(key);
  for (const oldest of entries.keys()) {
    if (entries.size < max) break;
    entries.delete(oldest);
  }
  entries.set(key, entry);
  return entry;
};
