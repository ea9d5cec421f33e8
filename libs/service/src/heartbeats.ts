/** Who is alive: a heartbeat counts from when it was received here, whatever clock its sender has. */
import type { Clock } from './clock.ts';

/** Three heartbeats of 10 s and some slack: two may be lost. */
const FRESH_MS = 35_000;
/** Who is away for longer is not counted on any more. */
const KNOWN_MS = 24 * 60 * 60_000;
/** Far above any installation; the one heard least recently goes first. */
const MAX_SENDERS = 1024;

interface Status {
  readonly online: boolean;
  /** Heartbeat, by the sender's clock. */
  readonly atMs: number;
}

export interface Heartbeats<S extends Status> {
  /** Takes a status; undefined forgets its sender. */
  hear(sender: string, status: S | undefined): void;
  /** Statuses of those who are online with a fresh heartbeat. */
  fresh(): readonly S[];
  /** The last status of everybody who was heard of within a day, online or not. */
  known(): readonly S[];
}

/**
 * A retained status that outlived its sender counts for 35 s from its first receipt, no more:
 * the same heartbeat heard again, as after a reconnect, is not a new one.
 */
export const createHeartbeats = <S extends Status>(clock: Clock): Heartbeats<S> => {
  const senders = new Map<string, { readonly status: S; readonly heardMs: number }>();
  return {
    hear: (sender, status) => {
      const known = senders.get(sender);
      senders.delete(sender);
      if (status === undefined) return;
      const heardMs = known?.status.atMs === status.atMs ? known.heardMs : clock.monotonic();
      senders.set(sender, { status, heardMs });
      for (const oldest of senders.keys()) {
        if (senders.size <= MAX_SENDERS) break;
        senders.delete(oldest);
      }
    },
    fresh: () =>
      [...senders.values()]
        .filter(({ status, heardMs }) => status.online && clock.monotonic() - heardMs < FRESH_MS)
        .map(({ status }) => status),
    known: () =>
      [...senders.values()].filter(({ heardMs }) => clock.monotonic() - heardMs < KNOWN_MS).map(({ status }) => status),
  };
};
