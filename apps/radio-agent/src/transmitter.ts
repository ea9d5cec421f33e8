/** Gives the sending side of a radio its port and its clock; what it decides is in tx-machine.ts. */
import type { Frame } from '@cotbus/contracts';
import type { Clock } from '@cotbus/service';
import type { AirMeasure, AirNow } from './air-budget.ts';
import type { Ending } from './air-policy.ts';
import type { AirRadio } from './air-radio.ts';
import type { Refusal } from './refusal.ts';
import { createTxMachine } from './tx-machine.ts';
import type { RadioQueue, RoutingHeard, TxInput, TxMachineOptions, TxOutput } from './tx-ports.ts';
import type { Transmission } from './tx-queue.ts';
import type { Sending } from './tx-rules.ts';

/** How exactly what waits for airtime goes when there is some. */
const TICK_MS = 200;

/** What the transmitter needs of a radio that is ready. */
interface TxPort {
  /** Undefined when nothing is known of its modem: airtime is not counted then. */
  readonly air?: AirRadio;
  send(frame: Frame, sending: Sending): void;
  /** Asks how full the radio's queue is; the answer is a queue status. */
  ask(): void;
}

export interface Transmitter {
  offer(transmission: Transmission): void;
  /** The radio became ready, or went away (undefined). What waits keeps waiting until its life is over. */
  setPort(port: TxPort | undefined): void;
  queueStatus(status: RadioQueue): void;
  routed(answer: RoutingHeard): void;
  /** Sends a frame that is nobody's event, now or not at all. */
  answer(frame: Frame): void;
  /** The link could not send this packet. */
  refused(packetId: number, refusal: Refusal): void;
  /** A receiver has the whole of a transfer. What is left of it, if it is ours, needs no airtime. */
  completed(transferHash: Uint8Array): void;
  /** The radio has measured how busy the air is. */
  measured(measure: AirMeasure): void;
  /** Ends everything that waits, and whatever is offered later. */
  stop(): void;
  air(): AirNow;
  readonly waiting: number;
}

export interface TransmitterOptions extends TxMachineOptions {
  readonly clock: Clock;
  /** Of packets that are nobody's event. */
  readonly nextId: () => number;
  readonly ended: (ending: Ending) => void;
  /** The node it was for alone has it. */
  readonly acknowledged: (transmission: Transmission, node: number) => void;
  /** A packet went to the radio. `transmission`: undefined for what is nobody's event. */
  readonly spent: (airMs: number, transmission: Transmission | undefined) => void;
}

export const createTransmitter = (options: TransmitterOptions): Transmitter => {
  const { clock, nextId, ended, acknowledged, spent } = options;
  const machine = createTxMachine(options);
  let port: TxPort | undefined;

  const act = (output: TxOutput): void => {
    switch (output.kind) {
      case 'send':
        spent(output.airMs, output.transmission);
        port?.send(output.frame, output.sending);
        break;
      case 'ask':
        port?.ask();
        break;
      case 'ended':
        ended(output);
        break;
      case 'acknowledged':
        acknowledged(output.transmission, output.node);
        break;
    }
  };
  const feed = (input: TxInput): void => {
    for (const output of machine.handle(input, clock.monotonic())) act(output);
  };
  const endTicks = clock.every(TICK_MS, () => feed({ kind: 'tick' }));

  return {
    offer: (transmission) => feed({ kind: 'offered', transmission }),
    setPort: (next) => {
      port = next;
      feed(next === undefined ? { kind: 'gone' } : { kind: 'ready', air: next.air });
    },
    queueStatus: (status) => feed({ kind: 'queueStatus', status }),
    routed: (answer) => feed({ kind: 'routed', answer }),
    answer: (frame) => feed({ kind: 'answer', frame, packetId: nextId() }),
    refused: (packetId, refusal) => feed({ kind: 'unsent', packetId, refusal }),
    completed: (transferHash) => feed({ kind: 'completed', transferHash }),
    measured: (measure) => feed({ kind: 'measured', measure }),
    stop: () => {
      endTicks();
      feed({ kind: 'stop' });
      port = undefined;
    },
    air: () => machine.air(clock.monotonic()),
    get waiting() {
      return machine.waiting;
    },
  };
};
