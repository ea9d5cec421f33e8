/**
 * The retained messages a connection has received. The broker sends them once per subscription; handlers that come later
 * get them from here. Everyone who matches has seen what is in it, so an equal copy is no news.
 */

/** Nodes, agents and services of a large installation; the oldest goes first, and late handlers miss it until it is published again. */
const MAX_TOPICS = 16_384;
/** Together; two hundred bytes are usual for one. */
const MAX_BYTES = 16 * 1024 * 1024;

export interface RetainedCache {
  /** Keeps the newest message of a topic; an empty one removes it. */
  set(topic: string, payload: Uint8Array): void;
  isNews(topic: string, payload: Uint8Array): boolean;
  entries(): readonly (readonly [topic: string, payload: Uint8Array])[];
}

export const createRetainedCache = (): RetainedCache => {
  const payloads = new Map<string, Uint8Array>();
  let bytes = 0;
  const remove = (topic: string): void => {
    bytes -= payloads.get(topic)?.length ?? 0;
    payloads.delete(topic);
  };
  return {
    set: (topic, payload) => {
      remove(topic);
      if (payload.length === 0) return;
      payloads.set(topic, payload);
      bytes += payload.length;
      for (const oldest of payloads.keys()) {
        if (payloads.size <= MAX_TOPICS && bytes <= MAX_BYTES) break;
        remove(oldest);
      }
    },
    isNews: (topic, payload) => {
      const known = payloads.get(topic);
      return known === undefined || known.length !== payload.length || known.some((byte, i) => byte !== payload[i]);
    },
    entries: () => [...payloads],
  };
};
