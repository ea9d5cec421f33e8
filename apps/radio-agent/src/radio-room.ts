/**
 * Whether the radio's own queue has room for another packet. A full queue drops what it has taken for something of a higher
 * priority, and nobody tells: so we never fill it beyond the half. A packet that wants an answer from the mesh comes back
 * into the queue, with priority, until it has one.
 */
import type { Clock } from '@cotbus/service';

/** A radio tries three times, some seconds apart. */
const UNANSWERED_MS = 20_000;

/** Until the radio has said how long its queue is: as short as the shortest of them, and empty. */
const UNKNOWN = { free: 16, length: 16 };

export interface RadioRoom {
  /** QueueStatus of the radio. */
  heard(free: number, length: number): void;
  /** A packet that asks for an answer was sent. */
  awaits(packetId: number): void;
  /** The mesh, or the radio after its last try, has answered. */
  answered(packetId: number): void;
  readonly isThere: boolean;
  /** There is a new radio, or the same one anew. */
  reset(): void;
}

export const createRadioRoom = (clock: Clock): RadioRoom => {
  const awaited = new Map<number, number>();
  let queue = UNKNOWN;
  return {
    heard: (free, length) => {
      queue = { free, length };
    },
    awaits: (packetId) => {
      awaited.set(packetId, clock.monotonic());
    },
    answered: (packetId) => void awaited.delete(packetId),
    get isThere() {
      for (const [packetId, sentMs] of awaited) {
        if (clock.monotonic() - sentMs < UNANSWERED_MS) break;
        awaited.delete(packetId);
      }
      return (queue.free - awaited.size) * 2 >= queue.length;
    },
    reset: () => {
      awaited.clear();
      queue = UNKNOWN;
    },
  };
};
