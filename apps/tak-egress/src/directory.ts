/** Where people were last heard of, besides those who are connected here: over a link, or on a mesh. */
import { createTtlMap } from '@cotbus/service';
import type { Clock } from '@cotbus/service';

/** Clients report every few minutes; who has not for so long may be anywhere. */
const REMEMBERED_MS = 60 * 60_000;
const MAX_PEOPLE = 20_000;

export interface Directory {
  /** @param link over which they reported; undefined: a mesh. */
  note(uid: string, callsign: string, link: string | undefined): void;
  /** Links over which somebody is reached, by uid or callsign. */
  linkOf(name: string): string | undefined;
  isOnMesh(name: string): boolean;
}

export const createDirectory = (clock: Clock): Directory => {
  const memory = { ttlMs: REMEMBERED_MS, maxEntries: MAX_PEOPLE, clock };
  const links = createTtlMap<string, string>(memory);
  const onMesh = createTtlMap<string, true>(memory);
  return {
    note: (uid, callsign, link) => {
      for (const name of [uid, callsign]) {
        if (name === '') continue;
        if (link === undefined) onMesh.set(name, true);
        else links.set(name, link);
      }
    },
    linkOf: (name) => links.get(name),
    isOnMesh: (name) => onMesh.has(name),
  };
};
