/**
 * Whether the radio's own queue has room for another packet. A full queue drops what it has taken for something of a higher
 * priority, and nobody tells: so we never fill it beyond the half. A packet that wants an answer from the mesh comes back
 * into the queue, with priority, until it has one. Times are monotonic milliseconds.
 */

/** A radio tries three times, some seconds apart. */
const UNANSWERED_MS = 20_000;
/** A radio without room is asked this often whether it has some. */
const ASK_EVERY_MS = 1_000;

/** Until the radio has said how long its queue is: as short as the shortest of them, and empty. */
const UNKNOWN = { free: 16, length: 16 };

export interface RadioRoom {
  /** QueueStatus of the radio. */
  heard(free: number, length: number): void;
  /** A packet that asks for an answer was sent. @param airMs airtime of one transmission */
  awaits(packetId: number, airMs: number, nowMs: number): void;
  /** The mesh, or the radio after its last try, has answered. @returns airtime of one transmission, 0 when nothing was awaited. */
  answered(packetId: number): number;
  isThere(nowMs: number): boolean;
  /** It is time to ask; counts as asked. */
  asks(nowMs: number): boolean;
  /** There is a new radio, or the same one anew. */
  reset(): void;
}

export const createRadioRoom = (): RadioRoom => {
  const awaited = new Map<number, { readonly airMs: number; readonly atMs: number }>();
  let queue = UNKNOWN;
  let askedMs = Number.NEGATIVE_INFINITY;
  const room: RadioRoom = {
    heard: (free, length) => {
      queue = { free, length };
    },
    awaits: (packetId, airMs, nowMs) => {
      awaited.set(packetId, { airMs, atMs: nowMs });
    },
    answered: (packetId) => {
      const airMs = awaited.get(packetId)?.airMs ?? 0;
      awaited.delete(packetId);
      return airMs;
    },
    isThere: (nowMs) => {
      for (const [packetId, { atMs }] of awaited) {
        if (nowMs - atMs < UNANSWERED_MS) break;
        awaited.delete(packetId);
      }
      return (queue.free - awaited.size) * 2 >= queue.length;
    },
    asks: (nowMs) => {
      if (nowMs - askedMs < ASK_EVERY_MS || room.isThere(nowMs)) return false;
      askedMs = nowMs;
      return true;
    },
    reset: () => {
      awaited.clear();
      queue = UNKNOWN;
    },
  };
  return room;
};
