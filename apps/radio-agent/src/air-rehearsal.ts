/**
 * What recorded TAK traffic would cost in airtime: the gate and the sending machine of the agent, before a radio that takes
 * what it is given and sends it as fast as its modem can. No clock: the times are those of the events.
 */
import { reasonText } from '@cotbus/contracts';
import type { ReasonName, TxResult } from '@cotbus/contracts';
import { createAirReport } from './air-report.ts';
import type { AirReport } from './air-report.ts';
import type { AirRadio } from './air-radio.ts';
import type { ToMeshOptions } from './options.ts';
import { createTxGate } from './tx-gate.ts';
import { createTxMachine } from './tx-machine.ts';
import type { TxInput, TxMachine, TxOutput } from './tx-ports.ts';
import { rulesOf } from './tx-rules.ts';

/** What a worker made of an event, and when it came. */
export interface RehearsedEvent {
  /** Milliseconds of any clock; never before the last one's. */
  readonly atMs: number;
  readonly result: TxResult;
  /** How long it is worth sending. */
  readonly lifeMs: number;
}

export interface RehearsalOptions {
  readonly toMesh: ToMeshOptions;
  readonly air: AirRadio;
  /** Nobody relays what is sent: what asks for an acknowledgement is transmitted three times. */
  readonly alone?: boolean;
}

/** As exactly as in the agent. */
const TICK_MS = 200;
/** Packets that the queue of a radio holds. */
const RADIO_QUEUE = 16;
const TRANSMISSIONS = 3;

export const rehearseAir = (events: Iterable<RehearsedEvent>, options: RehearsalOptions): AirReport => {
  const { toMesh, air } = options;
  const gate = createTxGate(toMesh);
  const machine = createTxMachine({
    options: toMesh,
    rules: (kind) => rulesOf(kind, toMesh, []),
    // The channel is taken for one with a key of its own.
    refuse: () => undefined,
  });
  const report = createAirReport();
  const run = createRun(machine, report, options);
  let seq = 0;
  run.feed({ kind: 'ready', air });
  for (const { atMs, result, lifeMs } of events) {
    run.until(atMs);
    seq += 1;
    const transmission = {
      ...item(seq),
      result,
      expiresMs: Math.min(lifeMs, rulesOf(result.kind, toMesh, []).lifeMs) + run.nowMs,
    };
    report.offered(transmission, run.nowMs);
    const refusal = gate.refuse(result, run.nowMs);
    if (refusal !== undefined) report.ended(transmission, refusal.reason);
    else if (result.result.case !== 'frame') report.ended(transmission, untranslated(result));
    else {
      gate.passed(result, run.nowMs);
      run.feed({ kind: 'offered', transmission });
    }
  }
  run.until(Infinity);
  return report.result(machine.air(run.nowMs).limitMs);
};

const item = (seq: number) => ({ id: { origin: 'rehearsal', incarnation: 1, nonce: 1n, seq }, sentFrames: 0 });

const untranslated = ({ result }: TxResult): ReasonName => {
  const reason = result.case === 'refusal' ? reasonText(result.value.reason) : 'garbled';
  return reason === 'unknown' ? 'unsupported' : reason;
};

/** Time, and the radio. */
const createRun = (
  machine: TxMachine,
  report: ReturnType<typeof createAirReport>,
  { alone = false }: RehearsalOptions,
) => {
  let nowMs = 0;
  /** When the radio has sent each packet that it was given. */
  let onAir: readonly { readonly untilMs: number; readonly packetId: number; readonly wantAck: boolean }[] = [];
  const free = (): number => Math.max(0, RADIO_QUEUE - onAir.length);

  const send = ({ frame, sending, airMs, transmission }: Extract<TxOutput, { kind: 'send' }>): void => {
    const repeats = frame.wantAck && alone ? TRANSMISSIONS : 1;
    const untilMs = Math.max(nowMs, onAir.at(-1)?.untilMs ?? nowMs) + airMs * repeats;
    onAir = [...onAir, { untilMs, packetId: sending.packetId, wantAck: frame.wantAck }];
    if (transmission !== undefined) report.sent(transmission, { airMs: airMs * repeats, untilMs });
    feed({ kind: 'queueStatus', status: { packetId: sending.packetId, res: 0, free: free(), length: RADIO_QUEUE } });
  };
  const feed = (input: TxInput): void => {
    for (const output of machine.handle(input, nowMs)) {
      if (output.kind === 'send') send(output);
      if (output.kind === 'ended') report.ended(output.transmission, output.reason);
    }
  };
  const hearRadio = (): void => {
    const done = onAir.filter(({ untilMs }) => untilMs <= nowMs);
    if (done.length === 0) return;
    onAir = onAir.filter(({ untilMs }) => untilMs > nowMs);
    feed({ kind: 'queueStatus', status: { packetId: 0, res: 0, free: free(), length: RADIO_QUEUE } });
    for (const { packetId, wantAck } of done) {
      if (wantAck) feed({ kind: 'routed', answer: { packetId, error: alone ? 'MAX_RETRANSMIT' : 'NONE', from: 0 } });
    }
  };
  return {
    feed,
    /** Lets time pass; to the end of all things when that is asked for. */
    until: (atMs: number): void => {
      while (nowMs + TICK_MS <= atMs && machine.waiting + onAir.length > 0) {
        nowMs += TICK_MS;
        hearRadio();
        feed({ kind: 'tick' });
      }
      if (Number.isFinite(atMs)) nowMs = Math.max(nowMs, atMs);
    },
    get nowMs() {
      return nowMs;
    },
  };
};
