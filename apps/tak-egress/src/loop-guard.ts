/**
 * Keeps what came from one side from going back there. Our own flow tag tells what returns over a TAK server; ATAK and
 * LoRa strip tags, so the guard also remembers what was heard where. Whoever heard a uid first keeps it: what a mesh
 * then hears of a TAK client is our own sending, and does not stop the next one.
 */
import { flowTags } from '@cotbus/codec';
import { Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { createTtlMap } from '@cotbus/service';
import type { Clock, TtlMap } from '@cotbus/service';

/** Clients and servers repeat contacts and alerts for minutes. */
const UID_MEMORY_MS = 15 * 60_000;
/** Servers keep and resend chat for a day. */
const CHAT_MEMORY_MS = 24 * 60 * 60_000;
/** From TAK to a mesh and back, with the longest queue of a radio between. */
const TAK_CONTENT_MEMORY_MS = 10 * 60_000;
/** A position report waits at most 60 s for the air; what a mesh says of a client so soon after it is an echo. */
const ECHO_MS = 90_000;
const MAX_ENTRIES = 50_000;

export interface LoopGuard {
  /** The name of our flow tag. */
  readonly tag: string;
  noteFromMesh(mesh: string, event: CotEvent, content: string): void;
  noteFromTak(event: CotEvent, content: string): void;
  /** Why an event from TAK would be a loop anywhere; undefined when it is none. */
  loopFromTak(event: CotEvent): string | undefined;
  loopToMesh(mesh: string, event: CotEvent, content: string): string | undefined;
  loopToTak(event: CotEvent, content: string): string | undefined;
}

export const createLoopGuard = (name: string, clock: Clock): LoopGuard => {
  const tag = `Cotbus-${name}`;
  const memory = (ttlMs: number): TtlMap<string, true> => createTtlMap({ ttlMs, maxEntries: MAX_ENTRIES, clock });
  const sides = { chat: createSides(memory, CHAT_MEMORY_MS), other: createSides(memory, UID_MEMORY_MS) };
  const sidesOf = (event: CotEvent): Sides => (event.kind === Kind.CHAT ? sides.chat : sides.other);
  const routes = createSides(memory, UID_MEMORY_MS);
  const takContents = memory(TAK_CONTENT_MEMORY_MS);
  const reporting = memory(ECHO_MS);

  return {
    tag,
    noteFromMesh: (mesh, event, content) => {
      sidesOf(event).noteMesh(mesh, loopKey(event, content));
      if (event.kind === Kind.ROUTE) routes.noteMesh(mesh, event.uid);
    },
    noteFromTak: (event, content) => {
      sidesOf(event).noteTak(loopKey(event, content));
      if (event.kind === Kind.ROUTE) routes.noteTak(event.uid);
      takContents.set(content, true);
      if (event.kind === Kind.PLI) reporting.set(event.uid, true);
    },
    loopFromTak: (event) => (flowTags(event).includes(tag) ? 'came back with our own flow tag' : undefined),
    loopToMesh: (mesh, event, content) =>
      sidesOf(event).isFromMesh(mesh, loopKey(event, content)) ? `was heard on mesh ${mesh}` : undefined,
    loopToTak: (event, content) => {
      const isKnown =
        takContents.has(content) ||
        (event.kind === Kind.CHAT && sides.chat.isFromTak(loopKey(event, content))) ||
        (event.kind === Kind.PLI && reporting.has(event.uid)) ||
        // What a mesh has of it may be less, and would take its place.
        (event.kind === Kind.ROUTE && routes.isFromTak(event.uid));
      return isKnown ? 'came from TAK' : undefined;
    },
  };
};

/** What makes an event the same thing: a contact is its uid, a message its uid with its type, the rest its content. */
const loopKey = (event: CotEvent, content: string): string => {
  if (event.kind === Kind.PLI) return event.uid;
  if (event.kind === Kind.CHAT || event.kind === Kind.EMERGENCY) return `${event.type} ${event.uid}`;
  return content;
};

interface Sides {
  noteMesh(mesh: string, key: string): void;
  noteTak(key: string): void;
  isFromMesh(mesh: string, key: string): boolean;
  isFromTak(key: string): boolean;
}

const createSides = (memory: (ttlMs: number) => TtlMap<string, true>, ttlMs: number): Sides => {
  const [byMesh, fromMesh, fromTak] = [memory(ttlMs), memory(ttlMs), memory(ttlMs)];
  return {
    noteMesh: (mesh, key) => {
      if (fromTak.has(key)) return;
      byMesh.set(`${mesh}\n${key}`, true);
      fromMesh.set(key, true);
    },
    noteTak: (key) => {
      if (!fromMesh.has(key)) fromTak.set(key, true);
    },
    isFromMesh: (mesh, key) => byMesh.has(`${mesh}\n${key}`),
    isFromTak: (key) => fromTak.has(key),
  };
};
