/**
 * What died with a client's link is written again to its next one: a client is who its first position report says. The next
 * link may be there before the dead one is known to be.
 */
import { createTtlMap } from '@cotbus/service';
import type { Clock, ServiceReport } from '@cotbus/service';
import type { TakClient } from './tak-client.ts';

/** How long a phone may be away and still get what it may have missed. */
const AGAIN_MS = 5 * 60_000;
const MAX_AWAY = 1_000;

interface WriteAgainParts {
  readonly clock: Clock;
  readonly status: Pick<ServiceReport, 'count'>;
}

type Link = Pick<TakClient, 'feed' | 'unsure'>;

export interface WriteAgain {
  /** Says who a client is, and writes what its link before died with. */
  identify(client: Link, uid: string): void;
  /** Counts what it may have missed: the outcome of each said `delivered`. */
  left(client: Link): void;
}

export const createWriteAgain = ({ clock, status }: WriteAgainParts): WriteAgain => {
  const uids = new WeakMap<Link, string>();
  const newest = new Map<string, Link>();
  const missed = createTtlMap<string, readonly string[]>({ ttlMs: AGAIN_MS, maxEntries: MAX_AWAY, clock });
  const repeat = (client: Link, writes: readonly string[]): void => {
    status.count('events_repeated_total', writes.length);
    for (const xml of writes) client.unsure.written(xml, clock.monotonic());
    client.feed(writes.values());
  };
  return {
    identify: (client: Link, uid: string): void => {
      uids.set(client, uid);
      newest.set(uid, client);
      const writes = missed.get(uid) ?? [];
      missed.delete(uid);
      repeat(client, writes);
    },
    left: (client: Link): void => {
      const writes = client.unsure.list();
      status.count('events_unsure_total', writes.length);
      const uid = uids.get(client);
      if (uid === undefined) return;
      const next = newest.get(uid);
      if (next !== undefined && next !== client) return repeat(next, writes);
      newest.delete(uid);
      if (writes.length > 0) missed.set(uid, writes);
    },
  };
};
