/** Packets to one node that it has not acknowledged yet. Times are monotonic milliseconds. */
import type { Frame } from '@cotbus/contracts';
import type { Waiting } from './tx-queue.ts';

/** A radio tries three times, further apart the slower the modem is; after this nothing comes. */
const ACK_TIMEOUT_MS = 60_000;
/** More than a radio can have under way. */
const MAX_AWAITED = 16;

export interface AwaitedAck {
  readonly waiting: Waiting;
  readonly packetId: number;
  /** For one node. */
  readonly frame: Frame;
}

export interface TxAcks {
  /** @returns the oldest, when there are too many. */
  add(awaited: AwaitedAck, nowMs: number): AwaitedAck | undefined;
  of(packetId: number): AwaitedAck | undefined;
  remove(packetId: number): void;
  /** Takes those out that nobody answers any more. */
  late(nowMs: number): readonly AwaitedAck[];
  takeAll(): readonly AwaitedAck[];
  readonly size: number;
}

export const createTxAcks = (): TxAcks => {
  const all = new Map<number, { readonly awaited: AwaitedAck; readonly untilMs: number }>();
  const takeWhere = (isOver: (untilMs: number) => boolean): readonly AwaitedAck[] => {
    const over = [...all.values()].filter(({ untilMs }) => isOver(untilMs)).map(({ awaited }) => awaited);
    for (const { packetId } of over) all.delete(packetId);
    return over;
  };
  return {
    add: (awaited, nowMs) => {
      const [oldest] = all.size >= MAX_AWAITED ? all.values() : [];
      if (oldest !== undefined) all.delete(oldest.awaited.packetId);
      all.set(awaited.packetId, { awaited, untilMs: nowMs + ACK_TIMEOUT_MS });
      return oldest?.awaited;
    },
    of: (packetId) => all.get(packetId)?.awaited,
    remove: (packetId) => void all.delete(packetId),
    late: (nowMs) => takeWhere((untilMs) => untilMs <= nowMs),
    takeAll: () => takeWhere(() => true),
    get size() {
      return all.size;
    },
  };
};
