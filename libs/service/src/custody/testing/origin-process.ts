/** One origin process of a simulated run: the machine and its journal, started and killed. Planted faults sit here. */
import type { Life } from '../item-name.ts';
import type { CustodyOutcome, ItemHeader, Receipt, VoidRequest } from '../messages.ts';
import { createOriginMachine } from '../origin.ts';
import type { OriginInput, OriginMachine, OriginMachineOptions, OriginOutput } from '../origin-ports.ts';
import type { Moment, OriginRecord } from '../origin-records.ts';
import { createGivenItems } from './given-items.ts';
import { createSimulatedJournal } from './simulated-journal.ts';
import type { SimulatedJournal } from './simulated-journal.ts';
import { itemKey, textOf } from './world.ts';
import type { Mutation, SimulatedPayload, World } from './world.ts';

type Payload = SimulatedPayload;

export interface OriginWays {
  publish(item: ItemHeader, payload: Payload): void;
  void(request: VoidRequest): void;
}

export interface OriginProcess {
  readonly machine: OriginMachine<Payload> | undefined;
  readonly journal: SimulatedJournal<OriginRecord<Payload>>;
  handle(input: OriginInput<Payload>): void;
  start(moment: Moment, registered: ReadonlyMap<string, unknown>): void;
  kill(loseVolume: boolean): void;
  /** In the journal, in journals that were lost, and those that found no room. */
  outcomes(): CustodyOutcome[];
}

export const createOriginProcess = (
  world: World,
  options: Omit<OriginMachineOptions, 'nonce'>,
  ways: OriginWays,
): OriginProcess => {
  const { random, timeline, mutation } = world;
  const { name } = options;
  const given = createGivenItems(world, name);
  const archive: CustodyOutcome[] = [];
  let machine: OriginMachine<Payload> | undefined;
  /** Of the journal there is now. */
  let nonce = 0n;
  const handle = (input: OriginInput<Payload>): void => {
    const refused: number[] = [];
    for (const output of machine?.handle(input) ?? []) perform(output, refused);
    for (const number of refused) handle({ kind: 'append_refused', number, nowMs: timeline.nowMs });
  };
  const journal = createSimulatedJournal<OriginRecord<Payload>>(
    random,
    timeline,
    (upTo) => handle({ kind: 'journaled', upTo, nowMs: timeline.nowMs }),
    (record) => given.torn(record, nonce),
    mutation === 'publish before journaling',
  );
  const perform = (output: OriginOutput<Payload>, refused: number[]): void => {
    trace(world, name, output);
    if (output.kind === 'append') {
      if (journal.append(output)) given.appended(output.record, nonce);
      else refused.push(output.number);
    } else if (output.kind === 'publish') {
      const item = world.items.get(itemKey(output.item.id));
      if (item !== undefined && output.item.addressed.some(({ repeat }) => repeat)) item.isRepeated = true;
      ways.publish(mutatedHeader(mutation, output.item), output.payload);
    } else if (output.kind === 'void') {
      ways.void(output.request);
      if (mutation !== 'forget at give-up' && mutation !== 'no answer awaited after void') return;
      const receipt = { ...output.request, settled: [], taken: [], voided: output.request.items, busy: [] };
      timeline.after(0, () => handle({ kind: 'receipt', receipt, nowMs: timeline.nowMs }));
    } else if (output.outcome.reason === 'journal_full') {
      archive.push(output.outcome);
      given.refused(output.outcome);
    }
  };
  return {
    get machine() {
      return machine;
    },
    journal,
    handle,
    start: (moment, registered) => {
      const fresh = BigInt(random.between(1, 2 ** 30));
      const records = mutatedRecords(mutation, journal.records, registered);
      nonce = records.find((record) => record.kind === 'life')?.nonce ?? fresh;
      const read = random.chance(0.3) ? compacted({ ...options, nonce }, records, moment) : records;
      machine = createOriginMachine<Payload>({ ...options, nonce: fresh });
      handle({ kind: 'recovered', records: read, moment });
    },
    kill: (loseVolume) => {
      machine = undefined;
      journal.crash();
      if (!loseVolume) return;
      archive.push(...outcomesIn(journal.records));
      given.volumeLost();
      journal.lose();
    },
    outcomes: () => [...archive, ...outcomesIn(journal.records)],
  };
};

const outcomesIn = (records: readonly OriginRecord<Payload>[]): CustodyOutcome[] =>
  records.flatMap((record) => (record.kind === 'ended' ? [record.outcome] : []));

/** What a restart would find if the journal had been compacted just before. */
const compacted = (options: OriginMachineOptions, records: readonly OriginRecord<Payload>[], moment: Moment) => {
  const reader = createOriginMachine<Payload>(options);
  reader.handle({ kind: 'recovered', records, moment });
  return [...reader.snapshot(moment)];
};

const mutatedHeader = (mutation: Mutation | undefined, item: ItemHeader): ItemHeader =>
  mutation === 'low moved too early' ? { ...item, low: item.id.seq } : item;

const mutatedRecords = (
  mutation: Mutation | undefined,
  records: readonly OriginRecord<Payload>[],
  registered: ReadonlyMap<string, unknown>,
): readonly OriginRecord<Payload>[] => {
  if (mutation === 'use an incarnation twice') return records.filter(({ kind }) => kind !== 'life');
  if (mutation !== 'forget a destination that lost its registration') return records;
  return records.map((record) =>
    record.kind === 'accepted'
      ? { ...record, assigned: record.assigned.filter(({ destination }) => registered.has(destination)) }
      : record,
  );
};

export const mutatedReceipt = (mutation: Mutation | undefined, receipt: Receipt, life: Life): Receipt => {
  if (mutation === 'receipts without incarnation check') return { ...receipt, ...life };
  if (mutation === 'busy counts as settled') return { ...receipt, settled: [...receipt.settled, ...receipt.busy] };
  return receipt;
};

const trace = (world: World, name: string, output: OriginOutput<Payload>): void => {
  if (output.kind === 'append') return;
  world.trace(() => {
    if (output.kind === 'publish') {
      const { id, addressed } = output.item;
      return `${itemKey(id)} published for ${addressed.map(({ sink }) => sink).join(' ')}`;
    }
    if (output.kind === 'void')
      return `${name} void ${output.request.sink} ${textOf(output.request, output.request.items)}`;
    const { item, destination, reason } = output.outcome;
    return `${name} outcome ${itemKey(item)} ${destination} ${reason}`;
  });
};
