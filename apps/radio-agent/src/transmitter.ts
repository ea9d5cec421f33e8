/**
 * Hands events to the radio, one at a time: the next goes only when the radio has said what became of the last one.
 * Every event offered ends in exactly one call of `ended`.
 */
import type { Frame, ReasonName } from '@cotbus/contracts';
import { routingErrorName } from '@cotbus/meshtastic';
import type { Clock } from '@cotbus/service';
import { createInRadio } from './in-radio.ts';
import type { InRadio } from './in-radio.ts';
import { createRadioRoom } from './radio-room.ts';
import type { RadioRoom } from './radio-room.ts';
import type { Refusal } from './refusal.ts';
import { afterFrame, isTransfer, lateText, nextFrame, wholeText } from './tx-frames.ts';
import { createTxQueue } from './tx-queue.ts';
import type { Transmission, TxQueue } from './tx-queue.ts';

export type { Transmission } from './tx-queue.ts';

/** What the transmitter needs of a radio that is ready. */
interface TxPort {
  /** Sends the frame. @returns the packet id the radio will answer with. */
  send(frame: Frame): number;
  /** Asks how full the radio's queue is; the answer is a queue status. */
  ask(): void;
}

/** QueueStatus of the radio. */
export interface RadioQueue {
  /** 0 when it is about no packet. */
  readonly packetId: number;
  /** 0 = taken, else a Routing.Error or a code of its own. */
  readonly res: number;
  readonly free: number;
  readonly length: number;
}

export interface Transmitter {
  offer(transmission: Transmission): void;
  /** The radio became ready, or went away (undefined). What waits keeps waiting until its life is over. */
  setPort(port: TxPort | undefined): void;
  queueStatus(status: RadioQueue): void;
  /** A Routing answer to one of our packets: the name of a Routing.Error, `NONE` for success. */
  routed(packetId: number, error: string): void;
  /** Sends a frame that is nobody's event, now or not at all. */
  answer(frame: Frame): void;
  /** The link could not send this packet. */
  refused(packetId: number, refusal: Refusal): void;
  /** A receiver has the whole of a transfer. What is left of it, if it is ours, needs no airtime. */
  completed(transferHash: Uint8Array): void;
  /** Ends everything that waits, and whatever is offered later. */
  stop(): void;
  readonly waiting: number;
}

export const createTransmitter = ({
  clock,
  refuse,
  ended,
}: {
  readonly clock: Clock;
  /** Why this one must not go now that it could; undefined lets it. */
  readonly refuse: (transmission: Transmission) => Refusal | undefined;
  readonly ended: Ended;
}): Transmitter => {
  const queue = createTxQueue();
  let port: TxPort | undefined;
  let stopped = false;
  const room = createRadioRoom(clock);
  /** Of the transfer that a receiver said last to have whole. */
  let completeHash = new Uint8Array();
  const inRadio = createInRadio(clock, (transmission, reason, detail) => {
    const after = afterFrame(transmission, reason, detail, completeHash);
    if (after.kind === 'ended') ended(transmission, after.reason, after.detail);
    else queue.putBack(after.rest);
    sendNext();
  });

  const sendNext = (): void => {
    endLate(queue, clock.monotonic(), ended);
    if (port === undefined || inRadio.packetId !== undefined || !room.isThere) return;
    const entry = queue.take();
    if (entry === undefined) return;
    const refusal = refuse(entry);
    if (refusal !== undefined) {
      ended(entry, refusal.reason, refusal.detail);
      return sendNext();
    }
    const frame = nextFrame(entry);
    if (frame === undefined) return ended(entry, 'unsupported', 'the result has no frame');
    const packetId = port.send(frame);
    if (frame.wantAck) room.awaits(packetId);
    inRadio.put(entry, packetId);
  };
  const endSweep = clock.every(1000, () => {
    if (!room.isThere) port?.ask();
    sendNext();
  });

  return {
    offer: (transmission) => {
      if (stopped) return ended(transmission, 'stopping', 'came while stopping');
      enqueue(queue, transmission, ended);
      sendNext();
    },
    setPort: (next) => {
      port = next;
      room.reset();
      if (next === undefined) inRadio.end('radio_away', 'the radio went away while it had the packet');
      else sendNext();
    },
    queueStatus: ({ packetId, res, free, length }) => {
      room.heard(free, length);
      if (packetId !== inRadio.packetId) sendNext();
      else endInRadio(inRadio, packetId, res === 0 ? undefined : refusalText(res));
    },
    routed: (packetId, error) => {
      room.answered(packetId);
      if (packetId !== inRadio.packetId) return;
      endInRadio(inRadio, packetId, error === 'NONE' ? undefined : `the radio refused it: ${error}`);
    },
    answer: (frame) => void (room.isThere && port?.send(frame)),
    refused: (packetId, refusal) => endUnsent({ inRadio, room }, packetId, refusal),
    completed: (transferHash) => {
      completeHash = Uint8Array.from(transferHash);
      endWhole(queue, completeHash, ended);
    },
    stop: () => {
      endSweep();
      stopped = true;
      port = undefined;
      // What the radio has may have been sent: its end is left to the next life.
      inRadio.drop();
      for (const left of queue.takeAll()) ended(left, 'stopping', 'stopped before it was sent');
    },
    get waiting() {
      return queue.size + (inRadio.packetId === undefined ? 0 : 1);
    },
  };
};

type Ended = (transmission: Transmission, reason: ReasonName, detail: string) => void;

const enqueue = (queue: TxQueue, transmission: Transmission, ended: Ended): void => {
  const older = queue.add(transmission);
  if (older === 'full') ended(transmission, 'queue_full', 'too many events wait for the air');
  else if (older !== undefined) ended(older, 'superseded', 'a newer one took its place in the queue');
};

const endLate = (queue: TxQueue, nowMs: number, ended: Ended): void => {
  for (const late of queue.takeWhere(({ expiresMs }) => expiresMs <= nowMs)) ended(late, 'expired', lateText(late));
};

const endWhole = (queue: TxQueue, hash: Uint8Array, ended: Ended): void => {
  const whole = queue.takeWhere((waiting) => waiting.sentFrames > 0 && isTransfer(waiting, hash));
  for (const entry of whole) ended(entry, 'delivered', wholeText(entry.sentFrames));
};

const endInRadio = (inRadio: InRadio, packetId: number, refusal: string | undefined): void => {
  if (refusal === undefined) inRadio.end('delivered', `packet ${hex(packetId)}`);
  else inRadio.end('radio_refused', refusal);
};

const endUnsent = (
  { inRadio, room }: { readonly inRadio: InRadio; readonly room: RadioRoom },
  packetId: number,
  { reason, detail }: Refusal,
): void => {
  room.answered(packetId);
  if (packetId === inRadio.packetId) inRadio.end(reason, detail);
};

const hex = (id: number): string => (id >>> 0).toString(16).padStart(8, '0');

/** QueueStatus.res 33 and 34 are the radio's own codes; the others are those of Routing.Error. */
const refusalText = (res: number): string => {
  if (res === 33) return 'the radio has no LoRa interface';
  if (res === 34) return 'the radio may not transmit';
  return `the radio refused it: ${routingErrorName(res)}`;
};
