/** One sink process of a simulated run: the machine and its journal, started and killed. Planted faults sit here. */
import type { CustodyOutcome, ItemHeader, Receipt } from '../messages.ts';
import { createSinkMachine } from '../sink.ts';
import type { SinkInput, SinkMachine, SinkOutput, SinkRecord, TakenItem, Whole } from '../sink-ports.ts';
import { createSimulatedJournal } from './simulated-journal.ts';
import type { SimulatedJournal } from './simulated-journal.ts';
import { itemKey } from './world.ts';
import type { SimulatedResult, World } from './world.ts';

type Result = SimulatedResult;

export interface SinkProcess {
  readonly machine: SinkMachine<Result> | undefined;
  readonly journal: SimulatedJournal<SinkRecord<Result>>;
  handle(input: SinkInput<Result>): void;
  /** A result as it came, before the machine sees it. */
  result(item: ItemHeader, result: Result, whole?: Whole, declined?: boolean): void;
  start(): void;
  kill(): void;
  outcomes(): CustodyOutcome[];
}

export interface SinkProcessOptions {
  readonly name: string;
  readonly destination: string;
  readonly maxHeld: number;
  readonly hand: (item: TakenItem<Result>, repeat: boolean) => void;
  readonly answer: (receipt: Receipt) => void;
}

/** Time-bounded memory, planted: what was journaled so long ago is forgotten. */
const FORGOTTEN_MS = 1500;
const HEARTBEAT_MS = 2000;
/** Pages of answers, for all lives; runs are short, so more would be a leak. */
export const MAX_PAGES = 64;

export const createSinkProcess = (world: World, options: SinkProcessOptions): SinkProcess => {
  const { random, timeline, mutation } = world;
  const { name, maxHeld } = options;
  const planted = createPlanted(world, options);
  const written = new WeakMap<SinkRecord<Result>, number>();
  let machine: SinkMachine<Result> | undefined;
  const handle = (input: SinkInput<Result>): void => {
    const refused: number[] = [];
    for (const output of machine?.handle(input) ?? []) perform(output, refused);
    for (const number of refused) handle({ kind: 'append_refused', number, nowMs: timeline.nowMs });
  };
  const journal = createSimulatedJournal<SinkRecord<Result>>(
    random,
    timeline,
    (upTo) => handle({ kind: 'journaled', upTo, nowMs: timeline.nowMs }),
    () => undefined,
    mutation === 'answer without journaling',
  );
  const perform = (output: SinkOutput<Result>, refused: number[]): void => {
    if (output.kind === 'append') {
      if (journal.append(output)) written.set(output.record, timeline.nowMs);
      else refused.push(output.number);
    } else if (output.kind === 'hand') {
      const isForgotten = output.repeat && mutation === 'journaled items are not handed after a crash';
      if (!isForgotten) options.hand(output.item, output.repeat);
    } else if (output.kind === 'receipt') options.answer(output.receipt);
    else world.trace(() => `${name} outcome ${itemKey(output.outcome.item)} ${output.outcome.reason}`);
  };
  const create = (): SinkMachine<Result> =>
    createSinkMachine<Result>({ name, maxHeld, heartbeatMs: HEARTBEAT_MS, maxPages: MAX_PAGES });
  const recovered = (records: readonly SinkRecord<Result>[]): SinkMachine<Result> => {
    const reader = create();
    reader.handle({ kind: 'recovered', records, nowMs: timeline.nowMs });
    return reader;
  };
  const forgetOld = (): void => {
    const stats = machine?.stats();
    if (mutation !== 'time-bounded answer memory' || stats?.held !== 0 || stats.pendingAppends > 0) return;
    machine = recovered(journal.records.filter((record) => timeline.nowMs - (written.get(record) ?? 0) < FORGOTTEN_MS));
  };
  return {
    get machine() {
      return machine;
    },
    journal,
    handle,
    result: (item, result, from, declined = false) => {
      forgetOld();
      const whole = from && planted.whole(from, item);
      const header = planted.header(item, result);
      handle({ kind: 'result', item: header, result, ...(whole && { whole }), declined, nowMs: timeline.nowMs });
    },
    start: () => {
      const records = planted.records(journal.records);
      // Sometimes the journal had been compacted just before.
      const read = random.chance(0.3) ? [...recovered(records).snapshot()] : records;
      machine = create();
      handle({ kind: 'recovered', records: read, nowMs: timeline.nowMs });
    },
    kill: () => {
      machine = undefined;
      journal.crash();
    },
    outcomes: () => journal.records.flatMap((record) => (record.kind === 'ended' ? [record.outcome] : [])),
  };
};

interface Planted {
  header(item: ItemHeader, result: Result): ItemHeader;
  whole(whole: Whole, item: ItemHeader): Whole;
  records(records: readonly SinkRecord<Result>[]): readonly SinkRecord<Result>[];
}

const createPlanted = ({ mutation }: World, { name, destination, hand }: SinkProcessOptions): Planted => {
  const latest = new Map<string, Result>();
  const withLatest = (record: SinkRecord<Result>): SinkRecord<Result> => {
    if (record.kind !== 'taken') return record;
    const result = latest.get(itemKey(record.item.id)) ?? record.item.result;
    return { ...record, item: { ...record.item, result } };
  };
  return {
    header: (item, result) => {
      latest.set(itemKey(item.id), result);
      const isNamed = item.addressed.some(({ sink }) => sink === name);
      if (mutation === 'hand every copy' && isNamed) {
        hand({ id: item.id, destination, heardMs: 0, lifeUntilMs: 0, durable: false, result }, false);
      }
      if (mutation !== 'results that name nobody are taken' || isNamed) return item;
      return { ...item, addressed: [{ destination, sink: name, assignment: 1, lifeMs: 1000, repeat: false }] };
    },
    whole: ({ transfer, covers }, { id }) => {
      if (mutation === 'forget that a transfer has ended') return { transfer: itemKey(id), covers: [] };
      const ours = mutation === 'a whole answers for fragments of others';
      return { transfer, covers: ours ? covers.map((covered) => ({ ...covered, sinks: [name] })) : covers };
    },
    records: (records) => {
      if (mutation === 'forget voids') return records.filter(({ kind }) => kind !== 'voided');
      return mutation === 'later result replaces the first' ? records.map(withLatest) : records;
    },
  };
};
