/** A radio's transmit queue: 16 packets, by priority, one on the air at a time for as long as it takes. */
import type { meshtastic } from '@cotbus/contracts';
import type { SimulatorClock } from './clock.ts';

/** Packets waiting, the one on the air not counted (`QueueStatus.maxlen`). */
export const TX_QUEUE_SIZE = 16;

export interface Outgoing {
  readonly packet: meshtastic.MeshPacket;
  readonly airtimeMs: number;
  /** Whose packet: of the API client, or the radio's own. */
  readonly fromClient: boolean;
  /** Transmission of the same packet, from 1. */
  readonly attempt: number;
}

export interface TxQueue {
  /** @returns false when the queue is full of packets of the same or higher priority; else a lower one makes room. */
  push(outgoing: Outgoing): boolean;
  /** Free places. */
  free(): number;
  /** Forgets everything, the packet on the air too. */
  clear(): void;
}

export interface TxQueueOptions {
  readonly clock: SimulatorClock;
  /** The transmission begins. */
  readonly onStart: (outgoing: Outgoing) => void;
  /** The transmission is over: now it is heard. */
  readonly onEnd: (outgoing: Outgoing) => void;
  /** The queue was full and has a place again. */
  readonly onRoom: () => void;
}

export const createTxQueue = ({ clock, onStart, onEnd, onRoom }: TxQueueOptions): TxQueue => {
  const waiting: Outgoing[] = [];
  let stopAir: (() => void) | undefined;

  const next = (): void => {
    const outgoing = waiting.shift();
    if (!outgoing) return;
    stopAir = clock.after(outgoing.airtimeMs, () => {
      stopAir = undefined;
      onEnd(outgoing);
      if (stopAir === undefined) next();
    });
    onStart(outgoing);
    if (waiting.length === TX_QUEUE_SIZE - 1) onRoom();
  };

  return {
    push: (outgoing) => {
      if (waiting.length === TX_QUEUE_SIZE) {
        const last = waiting.at(-1);
        if (!last || last.packet.priority >= outgoing.packet.priority) return false;
        waiting.pop();
      }
      const behind = waiting.findIndex(({ packet }) => packet.priority < outgoing.packet.priority);
      waiting.splice(behind === -1 ? waiting.length : behind, 0, outgoing);
      if (stopAir === undefined) next();
      return true;
    },
    free: () => TX_QUEUE_SIZE - waiting.length,
    clear: () => {
      stopAir?.();
      stopAir = undefined;
      waiting.length = 0;
    },
  };
};
