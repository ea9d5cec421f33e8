/** An origin under test: inputs in, outputs collected, appends confirmed at once unless the test holds the journal back. */
import { createOriginMachine } from '../origin.ts';
import type { OriginInput, OriginMachine, OriginMachineOptions, OriginOutput } from '../origin-ports.ts';
import type { Moment, OriginRecord } from '../origin-records.ts';
import type { SeqRange } from '../item-name.ts';
import type { Receipt } from '../messages.ts';

type Output<K> = Extract<OriginOutput<string>, { kind: K }>;

export interface DrivenOrigin {
  readonly machine: OriginMachine<string>;
  nowMs: number;
  /** Hold confirmations back. */
  isHeld: boolean;
  /** Refuse every append. */
  isFull: boolean;
  readonly journal: OriginRecord<string>[];
  send(input: Record<string, unknown> & { kind: OriginInput<string>['kind'] }): void;
  accept(payload: string, destinations: readonly string[], about?: Record<string, unknown>): void;
  confirm(): void;
  answer(sink: string, answers: { [K in 'settled' | 'taken' | 'voided' | 'busy']?: readonly number[] }): void;
  /** Ticks every 100 ms. */
  pass(ms: number): void;
  /** Outputs of a kind since it was last asked for. */
  take<K extends OriginOutput<string>['kind']>(kind: K): Output<K>[];
}

export interface DriveOptions extends Partial<OriginMachineOptions> {
  readonly alive?: Readonly<Record<string, readonly string[]>>;
  readonly records?: readonly OriginRecord<string>[];
  readonly moment?: Moment;
}

export const driveOrigin = ({ alive, records = [], moment, ...options }: DriveOptions = {}): DrivenOrigin => {
  const machine = createOriginMachine<string>({ name: 'radio', nonce: 7n, ...options });
  let outputs: OriginOutput<string>[] = [];
  let last = 0;
  const ranges = (seqs: readonly number[] = []): SeqRange[] => seqs.map((seq) => ({ first: seq, last: seq }));
  const origin: DrivenOrigin = {
    machine,
    nowMs: moment?.nowMs ?? 0,
    isHeld: false,
    isFull: false,
    journal: [...records],
    send: (input) => {
      const got = machine.handle({ nowMs: origin.nowMs, ...input } as OriginInput<string>);
      outputs.push(...got);
      for (const output of got) {
        if (output.kind !== 'append') continue;
        last = output.number;
        if (origin.isFull) origin.send({ kind: 'append_refused', number: last });
        else origin.journal.push(output.record);
      }
      if (!origin.isHeld && got.some(({ kind }) => kind === 'append')) origin.confirm();
    },
    accept: (payload, destinations, about = {}) => origin.send({ kind: 'accept', payload, destinations, ...about }),
    confirm: () => origin.send({ kind: 'journaled', upTo: last }),
    answer: (sink, { settled, taken, voided, busy }) => {
      const receipt: Receipt = {
        ...machine.life,
        sink,
        settled: ranges(settled),
        taken: ranges(taken),
        voided: ranges(voided),
        busy: ranges(busy),
      };
      origin.send({ kind: 'receipt', receipt });
    },
    pass: (ms) => {
      for (const endMs = origin.nowMs + ms; origin.nowMs < endMs;) {
        origin.nowMs += 100;
        origin.send({ kind: 'tick' });
      }
    },
    take: <K extends OriginOutput<string>['kind']>(kind: K) => {
      const taken = outputs.filter((output): output is Output<K> => output.kind === kind);
      outputs = outputs.filter((output) => output.kind !== kind);
      return taken;
    },
  };
  origin.send({ kind: 'recovered', records, moment: moment ?? { nowMs: 0, wallMs: 0, clockId: 'boot' } });
  origin.send({ kind: 'alive', sinks: new Map(Object.entries(alive ?? { egress: ['egress'] })) });
  origin.send({ kind: 'connected' });
  return origin;
};

/** What was published: payload and whom it asked. */
export const asked = (origin: DrivenOrigin): string[] =>
  origin.take('publish').map(({ payload, item }) => `${payload} → ${item.addressed.map(({ sink }) => sink).join(' ')}`);

export const ended = (origin: DrivenOrigin): string[] =>
  origin.take('outcome').map(({ payload, outcome }) => `${payload} at ${outcome.destination}: ${outcome.reason}`);
