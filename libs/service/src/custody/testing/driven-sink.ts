/** A sink under test: inputs in, outputs collected, appends confirmed at once unless the test holds the journal back. */
import { createSinkMachine } from '../sink.ts';
import type { SinkInput, SinkMachine, SinkMachineOptions, SinkOutput, SinkRecord, Whole } from '../sink-ports.ts';
import type { ItemHeader } from '../messages.ts';

type Output<K> = Extract<SinkOutput<string>, { kind: K }>;

export interface DrivenSink {
  readonly machine: SinkMachine<string>;
  nowMs: number;
  isHeld: boolean;
  isFull: boolean;
  readonly journal: SinkRecord<string>[];
  send(input: Record<string, unknown> & { kind: SinkInput<string>['kind'] }): void;
  result(seq: number, result: string, header?: Partial<ItemHeader>, whole?: Whole): void;
  settle(seq: number, reason?: string, notSent?: boolean): void;
  void(...seqs: readonly number[]): void;
  confirm(): void;
  take<K extends SinkOutput<string>['kind']>(kind: K): Output<K>[];
}

export const life = { origin: 'radio', incarnation: 1, nonce: 7n };

export const driveSink = (
  options: Partial<SinkMachineOptions> = {},
  records: readonly SinkRecord<string>[] = [],
): DrivenSink => {
  const machine = createSinkMachine<string>({ name: 'egress', ...options });
  let outputs: SinkOutput<string>[] = [];
  let last = 0;
  const sink: DrivenSink = {
    machine,
    nowMs: 1000,
    isHeld: false,
    isFull: false,
    journal: [...records],
    send: (input) => {
      const got = machine.handle({ nowMs: sink.nowMs, ...input } as SinkInput<string>);
      outputs.push(...got);
      for (const output of got) {
        if (output.kind !== 'append') continue;
        last = output.number;
        if (sink.isFull) sink.send({ kind: 'append_refused', number: last });
        else sink.journal.push(output.record);
      }
      if (!sink.isHeld && got.some(({ kind }) => kind === 'append')) sink.confirm();
    },
    result: (seq, result, header = {}, whole) => {
      const addressed = [{ destination: 'egress', sink: 'egress', assignment: 1, lifeMs: 500, repeat: false }];
      const id = { ...life, seq };
      const item = { id, low: 1, lowIncarnation: 1, ageMs: 100, attempt: 1, durable: false, addressed, ...header };
      sink.send({ kind: 'result', item, result, ...(whole && { whole }) });
    },
    settle: (seq, reason = 'delivered', notSent = false) =>
      sink.send({ kind: 'settled', item: { ...life, seq }, ending: { reason, detail: '' }, notSent }),
    void: (...seqs) =>
      sink.send({
        kind: 'void',
        request: { ...life, sink: 'egress', items: seqs.map((seq) => ({ first: seq, last: seq })) },
      }),
    confirm: () => sink.send({ kind: 'journaled', upTo: last }),
    take: <K extends SinkOutput<string>['kind']>(kind: K) => {
      const taken = outputs.filter((output): output is Output<K> => output.kind === kind);
      outputs = outputs.filter((output) => output.kind !== kind);
      return taken;
    },
  };
  sink.send({ kind: 'recovered', records });
  sink.send({ kind: 'tick' });
  sink.take('receipt');
  return sink;
};

export const handed = (sink: DrivenSink): string[] =>
  sink.take('hand').map(({ item, repeat }) => `${item.result}${repeat ? ' again' : ''}`);

/** What the next receipts say, as `settled 1-2`. */
export const said = (sink: DrivenSink): string[] => {
  sink.send({ kind: 'tick' });
  return sink
    .take('receipt')
    .flatMap(({ receipt }) =>
      (['settled', 'taken', 'voided', 'busy'] as const).flatMap((answer) =>
        receipt[answer].map(({ first, last }) => `${answer} ${first === last ? first : `${first}-${last}`}`),
      ),
    );
};
