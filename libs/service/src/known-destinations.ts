/** Destinations and meshes that were there when this service last ran: a restart must not forget whom its items are meant for. */
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { openJournal } from './journal/journal.ts';
import type { JournalPlace } from './service.ts';

const MAX_BYTES = 8 * 4096;
const SEGMENT_BYTES = 4096;
/** A site has a few. */
const MAX_NAMES = 32;
/** Of one mesh; a note is at most as long as a record of the journal. */
const MAX_AGENTS = 4;
/** Who was not there for a day is not counted on any more. */
const KEPT_MS = 24 * 60 * 60_000;
/** How often it is noted that they are still there. */
const NOTE_AGAIN_MS = 60 * 60_000;
/** How often it is looked whether somebody is new. */
const LOOK_EVERY_MS = 1_000;

/** Who items may be meant for: an egress or packager, or a mesh. */
export interface KnownDestination {
  readonly name: string;
  /** Frames heard on other ports are not meant for it; empty: every port. */
  readonly ports: readonly number[];
  /** Of a mesh: who carries it. */
  readonly agents?: readonly string[];
}

export interface KnownDestinations {
  /** Of earlier starts. */
  all(): readonly KnownDestination[];
  /** Notes from now on who is there. */
  follow(alive: () => readonly KnownDestination[]): void;
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
  const seen = new Map(journal.recovered.map(({ key, payload }) => [key, readNote(payload)]));
  let stopFollowing = (): void => {};
  const note = (alive: readonly KnownDestination[]): void => {
    for (const { name: known, ports, agents = [] } of alive.slice(0, MAX_NAMES)) {
      const before = seen.get(known);
      const isSame = before?.ports.join() === ports.join() && before.agents.join() === agents.join();
      if (before !== undefined && isSame && clock.now() - before.atMs < NOTE_AGAIN_MS) continue;
      const now = { atMs: clock.now(), ports, agents: agents.slice(0, MAX_AGENTS) };
      seen.set(known, now);
      journal.append({ key: known, payload: writeNote(now) });
    }
  };
  return {
    all: () =>
      [...seen]
        .filter(([, { atMs }]) => clock.now() - atMs < KEPT_MS)
        .map(([known, { ports, agents }]) => ({ name: known, ports, agents })),
    follow: (alive) => {
      stopFollowing = clock.every(LOOK_EVERY_MS, () => note(alive()));
    },
    close: () => {
      stopFollowing();
      return journal.close();
    },
  };
};

interface Note {
  /** Wall clock, epoch milliseconds. */
  readonly atMs: number;
  readonly ports: readonly number[];
  readonly agents: readonly string[];
}

const AGENT = '@';

/** `<atMs>`, the ports, and each agent behind an `@`, all separated by blanks. */
const writeNote = ({ atMs, ports, agents }: Note): Uint8Array =>
  new TextEncoder().encode([atMs, ...ports, ...agents.map((agent) => `${AGENT}${agent}`)].join(' '));

const readNote = (payload: Uint8Array): Note => {
  const [time, ...words] = new TextDecoder().decode(payload).split(' ');
  const agents = words.filter((word) => word.startsWith(AGENT)).map((word) => word.slice(AGENT.length));
  const ports = words.filter((word) => !word.startsWith(AGENT)).map(Number);
  return { atMs: Number(time) || 0, ports: ports.filter((port) => Number.isInteger(port)), agents };
};
