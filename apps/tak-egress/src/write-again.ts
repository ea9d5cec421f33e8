/**
 * What died with a client's link is written again to its next one: a client is who its first position report says. The next
 * link may be there before the dead one is known to be.
 */
import { createTtlMap } from '@cotbus/service';
import type { ServiceContext } from '@cotbus/service';
import type { TakClient } from './tak-client.ts';

/** How long a phone may be away and still get what it may have missed. */
const AGAIN_MS = 5 * 60_000;
const MAX_AWAY = 1_000;

export interface WriteAgain {
  /** Says who a client is, and writes what its link before died with. */
  identify(client: TakClient, uid: string): void;
  left(client: TakClient): void;
}

export const createWriteAgain = ({ clock, status }: Pick<ServiceContext, 'clock' | 'status'>): WriteAgain => {
  const uids = new WeakMap<TakClient, string>();
  const newest = new Map<string, TakClient>();
  const missed = createTtlMap<string, readonly string[]>({ ttlMs: AGAIN_MS, maxEntries: MAX_AWAY, clock });
  const repeat = (client: TakClient, writes: readonly string[]): void => {
    status.count('events_repeated_total', writes.length);
    for (const xml of writes) client.unsure.written(xml, clock.monotonic());
    client.feed(writes.values());
  };
  return {
    identify: (client: TakClient, uid: string): void => {
      uids.set(client, uid);
      newest.set(uid, client);
      const writes = missed.get(uid) ?? [];
      missed.delete(uid);
      repeat(client, writes);
    },
    left: (client: TakClient): void => {
      const uid = uids.get(client);
      if (uid === undefined) return;
      const writes = client.unsure.list();
      const next = newest.get(uid);
      if (next !== undefined && next !== client) return repeat(next, writes);
      newest.delete(uid);
      if (writes.length > 0) missed.set(uid, writes);
    },
  };
};
