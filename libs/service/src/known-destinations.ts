/** Destinations and meshes that were there when this service last ran: a restart must not forget whom its items are meant for. */
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { openJournal } from './journal/journal.ts';
import type { JournalPlace } from './service.ts';

const MAX_BYTES = 8 * 4096;
const SEGMENT_BYTES = 4096;
/** A site has a few. */
const MAX_NAMES = 32;
/** Who was not there for a day is not counted on any more. */
const KEPT_MS = 24 * 60 * 60_000;
/** How often it is noted that they are still there. */
const NOTE_AGAIN_MS = 60 * 60_000;
/** How often it is looked whether somebody is new. */
const LOOK_EVERY_MS = 1_000;

export interface KnownDestinations {
  /** Of earlier starts. */
  names(): readonly string[];
  /** Notes from now on who is there. */
  follow(alive: () => readonly string[]): void;
  close(): Promise<void>;
}

export interface KnownDestinationsOptions {
  /** Of the origin. */
  readonly name: string;
  readonly journals: JournalPlace;
  readonly nonce: bigint;
  readonly clock: Clock;
  readonly log: Logger;
}

export const openKnownDestinations = async (options: KnownDestinationsOptions): Promise<KnownDestinations> => {
  const { name, journals, nonce, clock, log } = options;
  const { folder, fs } = journals;
  const limits = { maxBytes: MAX_BYTES, segmentBytes: SEGMENT_BYTES };
  const onEvent = (): void => {};
  const journal = await openJournal({ folder, fs, name: `known-${name}`, nonce, clock, log, ...limits, onEvent });
  const seenMs = new Map(journal.recovered.map(({ key, payload }) => [key, Number(new TextDecoder().decode(payload))]));
  let stopFollowing = (): void => {};
  const note = (names: readonly string[]): void => {
    for (const known of names.slice(0, MAX_NAMES)) {
      if (clock.now() - (seenMs.get(known) ?? 0) < NOTE_AGAIN_MS) continue;
      seenMs.set(known, clock.now());
      journal.append({ key: known, payload: new TextEncoder().encode(String(clock.now())) });
    }
  };
  return {
    names: () => [...seenMs].filter(([, atMs]) => clock.now() - atMs < KEPT_MS).map(([known]) => known),
    follow: (alive) => {
      stopFollowing = clock.every(LOOK_EVERY_MS, () => note(alive()));
    },
    close: () => {
      stopFollowing();
      return journal.close();
    },
  };
};
