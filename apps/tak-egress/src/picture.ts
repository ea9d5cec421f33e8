/** The current picture: what a client that joins is told, so that its map is not empty until everybody has spoken. */
import { isStateKind, Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import type { Clock } from '@cotbus/service';
import type { Outgoing } from './outgoing.ts';
import { targetUid } from './target-uid.ts';

const MAX_EVENTS = 10_000;
/** Characters of all events; some 1 KiB each is usual, a large drawing has 64. */
const MAX_CHARACTERS = 32 * 1024 * 1024;

export interface Picture {
  /**
   * Takes the newest event of its uid; a delete, a cancelled emergency and a stale state take theirs away.
   * @returns true when clients that join will be told of it.
   */
  update(out: Outgoing): boolean;
  /** The events known now, wanted, and not yet stale or replaced when their turn comes; oldest first. */
  snapshot(isWanted?: (out: Outgoing) => boolean): Generator<Outgoing>;
  /** The event of that uid, stale or not. */
  of(uid: string): CotEvent | undefined;
  readonly size: number;
}

interface Entry {
  readonly out: Outgoing;
  /** Grows with every update: the order of the map. */
  readonly serial: number;
}

export const createPicture = (clock: Clock): Picture => {
  const entries = new Map<string, Entry>();
  let characters = 0;
  let serial = 0;

  const remove = (uid: string): void => {
    characters -= entries.get(uid)?.out.xml.length ?? 0;
    entries.delete(uid);
  };

  const put = (uid: string, out: Outgoing): void => {
    entries.set(uid, { out, serial: ++serial });
    characters += out.xml.length;
    for (const oldest of entries.keys()) {
      if (entries.size <= MAX_EVENTS && characters <= MAX_CHARACTERS) return;
      remove(oldest);
    }
  };

  return {
    update: (out) => {
      const { event } = out;
      if (!isStateKind(event.kind) && event.kind !== Kind.EMERGENCY) return false;
      const uid = targetUid(event);
      remove(uid);
      if (event.kind === Kind.DELETE || isCancelled(event) || out.staleMs <= clock.monotonic()) return false;
      put(uid, out);
      return true;
    },
    snapshot: function* (isWanted = () => true) {
      // What changes from now on is sent to everybody when it changes, and stands behind this in the map.
      const last = serial;
      for (const [uid, entry] of entries) {
        if (entry.serial > last) return;
        if (entry.out.staleMs <= clock.monotonic()) remove(uid);
        else if (isWanted(entry.out)) yield entry.out;
      }
    },
    of: (uid) => entries.get(uid)?.out.event,
    get size() {
      return entries.size;
    },
  };
};

/** `b-a-o-can` says it by its type, others by `<emergency cancel="true">`. */
const isCancelled = (event: CotEvent): boolean =>
  event.kind === Kind.EMERGENCY &&
  (event.type === 'b-a-o-can' || /<emergency\b[^>]*\bcancel=["']true["']/i.test(event.detail));
