/** The newest own message of each retained topic: published again on every connect, because brokers forget. */
import type { Publication } from '@cotbus/contracts';

/** More than a radio agent knows nodes; the one published least recently goes first. */
const MAX_TOPICS = 16_384;

export interface OwnRetained {
  /** Remembers it as newest, not yet sent. */
  set(publication: Publication): void;
  /** It was handed to the connection. */
  sent(publication: Publication): void;
  /** The broker has it: a message that only cleared its topic need not be repeated. */
  acknowledged(publication: Publication): void;
  /** A new connection has to be told everything. */
  restart(): void;
  /** What was not handed to the connection yet. */
  unsent(): readonly Publication[];
}

export const createOwnRetained = (): OwnRetained => {
  const newest = new Map<string, Publication>();
  const waiting = new Set<Publication>();
  const forget = (publication: Publication): void => {
    newest.delete(publication.topic);
    waiting.delete(publication);
  };
  return {
    set: (publication) => {
      const before = newest.get(publication.topic);
      if (before !== undefined) forget(before);
      newest.set(publication.topic, publication);
      waiting.add(publication);
      for (const oldest of newest.values()) {
        if (newest.size <= MAX_TOPICS) break;
        forget(oldest);
      }
    },
    sent: (publication) => {
      waiting.delete(publication);
    },
    acknowledged: (publication) => {
      if (publication.payload.length === 0 && newest.get(publication.topic) === publication) forget(publication);
    },
    restart: () => {
      for (const publication of newest.values()) waiting.add(publication);
    },
    unsent: () => [...waiting],
  };
};
