/** An origin in the simulated world: the machine, its journal, its crashes, and the way out to the workers. */
import { createOriginMachine } from '../origin.ts';
import type { OriginInput, OriginMachine, OriginOutput } from '../origin-ports.ts';
import type { Moment, OriginRecord } from '../origin-records.ts';
import type { CustodyOutcome, ItemHeader, Receipt, VoidRequest } from '../messages.ts';
import { createSimulatedJournal } from './simulated-journal.ts';
import { itemKey, textOf } from './world.ts';
import type { SimulatedPayload, World } from './world.ts';

type Payload = SimulatedPayload;

export interface SimulatedOrigin {
  readonly name: string;
  isUp: boolean;
  isConnected: boolean;
  accept(payload: Payload, destinations: readonly string[], about: { lifeMs?: number; insists?: boolean }): void;
  receipt(receipt: Receipt): void;
  alive(sinks: ReadonlyMap<string, readonly string[]>): void;
  connect(isConnected: boolean): void;
  tick(): void;
  crash(options: { loseVolume: boolean; newBoot: boolean }): void;
  start(): void;
  diskFull(isFull: boolean): void;
  readonly isIdle: boolean;
  /** Outcomes in the journal, and those the journal had no room for. */
  outcomes(): CustodyOutcome[];
  readonly republished: number;
}

export interface OriginWays {
  publish(item: ItemHeader, payload: Payload): void;
  void(request: VoidRequest): void;
}

export interface OriginSetup {
  readonly name: string;
  readonly elects: boolean;
  readonly durable: boolean;
  readonly quota: number;
}

export const GIVE_UP_MS = 20_000;
export const ABANDON_MS = 60_000;

export const createSimulatedOrigin = (world: World, setup: OriginSetup, ways: OriginWays): SimulatedOrigin => {
  const { random, timeline, mutation } = world;
  let machine: OriginMachine<Payload> | undefined;
  /** Of the journal there is now. */
  let nonce = 0n;
  let boot = 0;
  let wallSkewMs = 0;
  let lastAlive: ReadonlyMap<string, readonly string[]> = new Map();
  const told: CustodyOutcome[] = [];
  const archive: CustodyOutcome[] = [];
  let republished = 0;

  const torn = (record: OriginRecord<Payload>): void => {
    if (record.kind !== 'accepted') return;
    const item = world.items.get(itemKey({ origin: setup.name, nonce, ...record }));
    if (item !== undefined) item.state = 'torn';
  };
  const journal = createSimulatedJournal<OriginRecord<Payload>>(
    random,
    timeline,
    (upTo) => handle({ kind: 'journaled', upTo, nowMs: timeline.nowMs }),
    torn,
    mutation === 'publish before journaling',
  );
  const handle = (input: OriginInput<Payload>): void => {
    if (machine === undefined) return;
    const refused: number[] = [];
    for (const output of machine.handle(input)) perform(output, refused);
    for (const number of refused) handle({ kind: 'append_refused', number, nowMs: timeline.nowMs });
  };
  const perform = (output: OriginOutput<Payload>, refused: number[]): void => {
    switch (output.kind) {
      case 'append':
        if (journal.append(output)) noteAppended(output.record);
        else refused.push(output.number);
        break;
      case 'publish':
        world.trace(
          () => `${itemKey(output.item.id)} published for ${output.item.addressed.map(({ sink }) => sink).join(' ')}`,
        );
        if (output.item.addressed.some(({ repeat }) => repeat)) repeated(output.item);
        ways.publish(
          mutation === 'low moved too early' ? { ...output.item, low: output.item.id.seq } : output.item,
          output.payload,
        );
        break;
      case 'void':
        world.trace(
          () => `${setup.name} void for ${output.request.sink} ${textOf(output.request, output.request.items)}`,
        );
        ways.void(output.request);
        if (mutation === 'forget at give-up' || mutation === 'no answer awaited after void') answerVoid(output.request);
        break;
      case 'outcome':
        world.trace(
          () =>
            `${setup.name} outcome ${itemKey(output.outcome.item)} ${output.outcome.destination} ${output.outcome.reason}`,
        );
        if (output.outcome.reason === 'journal_full') refusedByDisk(output.outcome);
        else told.push(output.outcome);
        break;
    }
  };
  const noteAppended = (record: OriginRecord<Payload>): void => {
    if (record.kind !== 'accepted') return;
    const name = { origin: setup.name, nonce, incarnation: record.incarnation, seq: record.seq };
    const key = itemKey(name);
    if (world.items.has(key) && world.items.get(key)?.state !== 'torn') world.violations.push(`${key} named twice`);
    world.trace(
      () => `${key} accepted for ${record.assigned.map(({ destination, sink }) => `${destination}:${sink}`).join(' ')}`,
    );
    world.items.set(key, {
      name,
      destinations: record.assigned.map(({ destination }) => destination),
      givenMs: timeline.nowMs,
      isPoison: record.payload.isPoison,
      state: 'accepted',
      isRepeated: false,
    });
  };
  const refusedByDisk = (outcome: CustodyOutcome): void => {
    archive.push(outcome);
    const key = itemKey(outcome.item);
    const known = world.items.get(key);
    const destinations = [...(known?.destinations ?? []), outcome.destination];
    world.items.set(key, {
      name: outcome.item,
      destinations,
      givenMs: timeline.nowMs,
      isPoison: false,
      state: 'refused',
      isRepeated: false,
    });
  };
  const repeated = ({ id }: ItemHeader): void => {
    const item = world.items.get(itemKey(id));
    if (item !== undefined) item.isRepeated = true;
  };
  /** Planted: the origin does not wait for what the sink says. */
  const answerVoid = (request: VoidRequest): void => {
    const receipt = { ...request, settled: [], taken: [], voided: request.items, busy: [] };
    timeline.after(0, () => handle({ kind: 'receipt', receipt, nowMs: timeline.nowMs }));
  };
  const outcomesIn = (records: readonly OriginRecord<Payload>[]): CustodyOutcome[] =>
    records.flatMap((record) => (record.kind === 'ended' ? [record.outcome] : []));
  const recordsAtStart = (): OriginRecord<Payload>[] =>
    journal.records
      .filter(({ kind }) => mutation !== 'use an incarnation twice' || kind !== 'life')
      .map((record) =>
        mutation === 'forget a destination that lost its registration' && record.kind === 'accepted'
          ? { ...record, assigned: record.assigned.filter(({ destination }) => lastAlive.has(destination)) }
          : record,
      );

  const create = (fresh: bigint): OriginMachine<Payload> =>
    createOriginMachine<Payload>({ ...setup, nonce: fresh, giveUpMs: GIVE_UP_MS, abandonMs: ABANDON_MS });
  const compacted = (records: OriginRecord<Payload>[], moment: Moment): OriginRecord<Payload>[] => {
    const reader = create(nonce);
    reader.handle({ kind: 'recovered', records, moment });
    return [...reader.snapshot(moment)];
  };

  return {
    name: setup.name,
    isUp: false,
    isConnected: false,
    accept: (payload, destinations, about) =>
      handle({ kind: 'accept', payload, destinations, ...about, nowMs: timeline.nowMs }),
    receipt: (receipt) => {
      world.trace(() => receiptText(receipt));
      let heard = receipt;
      if (mutation === 'receipts without incarnation check' && machine !== undefined && receipt.origin === setup.name) {
        heard = { ...receipt, ...machine.life };
      }
      if (mutation === 'busy counts as settled') heard = { ...heard, settled: [...heard.settled, ...heard.busy] };
      handle({ kind: 'receipt', receipt: heard, nowMs: timeline.nowMs });
    },
    alive: (sinks) => {
      lastAlive = sinks;
      handle({ kind: 'alive', sinks, nowMs: timeline.nowMs });
    },
    connect(isConnected) {
      this.isConnected = isConnected;
      handle({ kind: isConnected ? 'connected' : 'disconnected', nowMs: timeline.nowMs });
    },
    tick: () => handle({ kind: 'tick', nowMs: timeline.nowMs }),
    crash({ loseVolume, newBoot }) {
      world.trace(() => `${setup.name} crashed${loseVolume ? ', its volume is lost' : ''}`);
      republished += machine?.stats().republished ?? 0;
      machine = undefined;
      this.isUp = false;
      journal.crash();
      if (newBoot) boot += 1;
      wallSkewMs = random.between(-3_600_000, 3_600_000);
      if (!loseVolume) return;
      archive.push(...outcomesIn(journal.records));
      for (const item of world.items.values()) {
        if (item.name.origin === setup.name && item.state === 'accepted') item.state = 'lost';
      }
      journal.lose();
    },
    start() {
      world.trace(() => `${setup.name} started`);
      this.isUp = true;
      const fresh = BigInt(random.between(1, 2 ** 30));
      machine = create(fresh);
      const { nowMs } = timeline;
      const moment = { nowMs, wallMs: 1e12 + nowMs + wallSkewMs, clockId: `${boot}` };
      const records = recordsAtStart();
      nonce = records.find((record) => record.kind === 'life')?.nonce ?? fresh;
      handle({ kind: 'recovered', records: random.chance(0.3) ? compacted(records, moment) : records, moment });
      handle({ kind: 'alive', sinks: lastAlive, nowMs });
      this.connect(true);
    },
    diskFull: (isFull) => {
      journal.isFull = isFull;
    },
    get isIdle() {
      const stats = machine?.stats();
      return stats !== undefined && stats.open === 0 && stats.pendingAppends === 0;
    },
    outcomes: () => [...archive, ...outcomesIn(journal.records)],
    get republished() {
      return republished + (machine?.stats().republished ?? 0);
    },
  };
};

const receiptText = ({ sink, settled, taken, voided, busy, ...life }: Receipt): string =>
  `${sink} says ${Object.entries({ settled, taken, voided, busy })
    .flatMap(([answer, ranges]) => (ranges.length > 0 ? [`${answer} ${textOf(life, ranges)}`] : []))
    .join(', ')}`;
