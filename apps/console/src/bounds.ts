/** Every bound of what the console keeps, and the two functions that hold to them. */

/** Characters of one text from the bus: a Meshtastic name has at most 39, a sentence of ours fewer than this. */
export const MAX_TEXT = 240;
/** Nodes, those that several agents know counted for each. A radio keeps some 250; MQTT uplinks hear thousands. */
export const MAX_NODE_STATES = 20_000;
/** Nodes on the page. */
export const MAX_NODES = 10_000;
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
export const MAX_OUTCOMES = 500;
/** Owners of outcomes whose numbers are followed. */
export const MAX_OWNERS = 400;
/** Units remembered, by uid: those of the meshes and what a TAK Server shows together. */
export const MAX_UNITS = 10_000;
/** Points of one shape or route that are drawn. */
export const MAX_POINTS = 200;
/** Chat lines on the page. */
export const MAX_CHAT_LINES = 200;
/** Characters of a chat line: what fits a mesh is far below it. */
export const MAX_CHAT_TEXT = 1000;
/** Alarms remembered; those that somebody has acknowledged go first. */
export const MAX_ALARMS = 200;
/** Findings of the doctor at once. */
export const MAX_FINDINGS = 200;
/** Characters of a cause or a remedy. */
export const MAX_FINDING_TEXT = 500;
/** Identities that one agent tells of: its own radio, and the nodes that were asked last. */
export const MAX_IDENTITIES = 16;
/** TAK clients at all listeners together. */
export const MAX_TAK_CLIENTS = 1000;
/** Kinds in the airtime of one radio: there are no more. */
export const MAX_AIR_KINDS = 16;
/** Nodes of which operators say something. */
export const MAX_OVERRIDES = 1000;
/** Route packages on one bus. */
export const MAX_ROUTES = 500;

/** A text from the bus, cut to `limit` without splitting a character. The page shows it as text, never as HTML. */
export const clip = (text: string, limit = MAX_TEXT): string => {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  return `${cut.replace(/[\uD800-\uDBFF]$/, '')}…`;
};

/** Sets a key as the newest one and forgets the oldest beyond `limit`. @returns what was forgotten */
export const setBounded = <V>(map: Map<string, V>, key: string, value: V, limit: number): V | undefined => {
  map.delete(key);
  map.set(key, value);
  if (map.size <= limit) return undefined;
  const [oldest, forgotten] = map.entries().next().value as [string, V];
  map.delete(oldest);
  return forgotten;
};
