/**
 * What to write on a network without server: protobuf only while everybody heard of in the last two minutes understands it.
 * Who announced nothing counts by what it wrote; XML is understood by all (TAK protocol, mesh negotiation).
 */
import type { ContactVersions } from './tak-message.ts';

const REMEMBERED_MS = 120_000;
const MAX_CONTACTS = 1_000;

interface Contact {
  readonly max: number;
  readonly announced: boolean;
  readonly heardMs: number;
}

export interface MeshVersion {
  /** @param written version of the datagram. */
  heard(sender: string, written: 0 | 1, versions: ContactVersions | undefined, nowMs: number): void;
  /** The highest version that all understand; XML when nobody is known. */
  current(nowMs: number): 0 | 1;
}

export const createMeshVersion = (): MeshVersion => {
  const contacts = new Map<string, Contact>();
  const isKnown = ({ heardMs }: Contact, nowMs: number): boolean => nowMs - heardMs < REMEMBERED_MS;
  return {
    heard: (sender, written, versions, nowMs) => {
      const name = versions?.uid || sender;
      const before = contacts.get(name);
      const holds = before?.announced === true && isKnown(before, nowMs) ? before : undefined;
      contacts.delete(name);
      if (versions !== undefined) contacts.set(name, { max: versions.max, announced: true, heardMs: nowMs });
      // An announcement holds for its time, whatever is written meanwhile.
      else contacts.set(name, holds ?? { max: written, announced: false, heardMs: nowMs });
      const [oldest] = contacts.keys();
      if (contacts.size > MAX_CONTACTS && oldest !== undefined) contacts.delete(oldest);
    },
    current: (nowMs) => {
      for (const [name, contact] of contacts) if (!isKnown(contact, nowMs)) contacts.delete(name);
      return contacts.size > 0 && [...contacts.values()].every(({ max }) => max >= 1) ? 1 : 0;
    },
  };
};
