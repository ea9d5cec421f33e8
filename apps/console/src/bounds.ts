/** Every bound of what the console keeps, and the two functions that hold to them. */

/** Characters of one text from the bus: a Meshtastic name has at most 39, a sentence of ours fewer than this. */
export const MAX_TEXT = 240;
/** Nodes per agent counted apart. A radio keeps at most some 250; an MQTT uplink hears more. */
export const MAX_NODE_STATES = 2000;
/** Nodes on the page, last heard first: more than a person reads, and few enough for a phone. */
export const MAX_NODES_SHOWN = 500;
/** Agents on one bus; two hundred radios are beyond any installation we know of. */
export const MAX_AGENTS = 200;
/** Service instances on one bus. */
export const MAX_SERVICES = 400;
/** Links of one service: its own, not its clients. */
export const MAX_LINKS = 32;
/** Faults of one service. */
export const MAX_FAULTS = 16;
/** A Meshtastic radio has eight channels. */
export const MAX_CHANNELS = 8;
/** Outcomes on the page; the whole record is with its owner. */
export const MAX_OUTCOMES = 200;
/** Owners of outcomes whose numbers are followed. */
export const MAX_OWNERS = 400;
/** Units remembered, by uid. */
export const MAX_UNITS = 1000;

/** A text from the bus, cut to MAX_TEXT without splitting a character. The page shows it as text, never as HTML. */
export const clip = (text: string): string => {
  if (text.length <= MAX_TEXT) return text;
  const cut = text.slice(0, MAX_TEXT - 1);
  return `${cut.replace(/[\uD800-\uDBFF]$/, '')}…`;
};

/** Sets a key as the newest one and forgets the oldest beyond `limit`. */
export const setBounded = <V>(map: Map<string, V>, key: string, value: V, limit: number): void => {
  map.delete(key);
  map.set(key, value);
  if (map.size <= limit) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
};
