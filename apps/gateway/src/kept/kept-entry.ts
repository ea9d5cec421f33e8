/** One thing that is kept of somebody, wherever in the data folder, and whether it is meant. */

export interface KeptEntry {
  /** What kind of place it lies in. */
  readonly store: 'outcomes' | 'nodes' | 'clients' | 'alarms' | 'routes' | 'recordings' | 'journals';
  /** Path below the data folder, or of the recording. */
  readonly place: string;
  /** Epoch milliseconds; undefined where nobody noted it. */
  readonly atMs: number | undefined;
  /** Uids, callsigns and node ids in it. */
  readonly names: readonly string[];
  readonly content: unknown;
}

export interface KeptWish {
  /** Uids, callsigns and node ids; empty: everybody. */
  readonly names: readonly string[];
  /** What is older, epoch milliseconds. */
  readonly beforeMs?: number;
}

/** @param uids also contacts of plain nodes, whose uid ends with the number of the node */
export const wishFor = (uids: readonly string[], callsigns: readonly string[], beforeMs?: number): KeptWish => ({
  names: [...uids.flatMap((uid) => [uid, ...nodeIdIn(uid)]), ...callsigns],
  ...(beforeMs !== undefined && { beforeMs }),
});

const nodeIdIn = (uid: string): readonly string[] => {
  const [, hex] = /(?:^|[!-])([0-9a-f]{8})$/i.exec(uid) ?? [];
  return hex === undefined ? [] : [`!${hex.toLowerCase()}`];
};

export const isMeant = ({ names, atMs }: Pick<KeptEntry, 'names' | 'atMs'>, wish: KeptWish): boolean =>
  (wish.names.length === 0 || wish.names.some((name) => names.includes(name))) &&
  (wish.beforeMs === undefined || (atMs !== undefined && atMs < wish.beforeMs));

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescape = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? '');

/** Attribute values of an event in which somebody may be named; the uid of a chat message has its sender between dots. */
export const namesInXml = (xml: string): readonly string[] =>
  [
    ...xml.matchAll(/\b(?:uid|id\d?|callsign|senderCallsign|sender|to|parent|from|chatroom)=(?:"([^"]*)"|'([^']*)')/g),
  ].flatMap(([, double, single]) => {
    const value = unescape(double ?? single ?? '');
    return value.startsWith('GeoChat.') ? [value, ...value.split('.')] : [value];
  });
