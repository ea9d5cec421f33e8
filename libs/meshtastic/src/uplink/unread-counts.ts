/** What was seen and could not be read, counted by channel, hash and reason: what is missing shows. */
import type { UnreadReason } from './read-packet.ts';

/** More than the channels of any site. A stranger can invent names: beyond it the longest unseen row is dropped. */
const MAX_ROWS = 256;
/** The firmware's names have at most 11 bytes; longer ones are cut, never within a character. */
const MAX_NAME_CHARS = 32;

export interface UnreadRow {
  /** As its publisher calls it; a stranger's text. */
  readonly channel: string;
  /** MeshPacket.channel: a hash for what was encrypted with a channel key. */
  readonly hash: number;
  readonly reason: UnreadReason;
  readonly packets: number;
  /** Monotonic. */
  readonly lastMs: number;
  readonly lastFrom: number;
}

export interface UnreadCounts {
  note(seen: Omit<UnreadRow, 'packets' | 'lastMs'>, nowMs: number): void;
  /** Most packets first. */
  rows(): UnreadRow[];
}

export const createUnreadCounts = (maxRows: number = MAX_ROWS): UnreadCounts => {
  // The longest unseen first.
  const rows = new Map<string, UnreadRow>();
  return {
    note: (seen, nowMs) => {
      const channel = seen.channel.slice(0, MAX_NAME_CHARS).replace(/[\ud800-\udbff]$/, '');
      const name = `${seen.reason}/${seen.hash}/${channel}`;
      const packets = (rows.get(name)?.packets ?? 0) + 1;
      rows.delete(name);
      rows.set(name, { ...seen, channel, packets, lastMs: nowMs });
      if (rows.size > maxRows) rows.delete(rows.keys().next().value ?? '');
    },
    rows: () => [...rows.values()].sort((a, b) => b.packets - a.packets),
  };
};
