/** A sink in the simulated world: the machine, its journal, its crashes, and the clients behind it. */
import { createSinkMachine } from '../sink.ts';
import type { SinkInput, SinkMachine, SinkOutput, SinkRecord, TakenItem } from '../sink-ports.ts';
import type { CustodyOutcome, ItemHeader, Receipt, VoidRequest } from '../messages.ts';
import { lifeKey } from '../item-name.ts';
import { createSimulatedJournal } from './simulated-journal.ts';
import { itemKey } from './world.ts';
import type { SimulatedResult, World } from './world.ts';

type Result = SimulatedResult;

export interface SinkSetup {
  readonly name: string;
  readonly destination: string;
  readonly maxHeld: number;
  /** Of what it delivers to. */
  readonly slowestMs: number;
  /** Some items it does not send at all; another agent may. */
  readonly isAgent: boolean;
}

export interface SimulatedSink extends SinkSetup {
  isUp: boolean;
  isConnected: boolean;
  /** It will not come back. */
  isGone: boolean;
  /** Its last volume began then. */
  volumeSinceMs: number;
  lastBeatMs: number;
  result(item: ItemHeader, result: Result): void;
  void(request: VoidRequest): void;
  tick(): void;
  crash(options: { loseVolume: boolean }): void;
  start(): void;
  diskFull(isFull: boolean): void;
  readonly isIdle: boolean;
  outcomes(): CustodyOutcome[];
  readonly answerBytes: number;
  readonly repeats: number;
}

/** Time-bounded memory, planted: what ended so long ago is forgotten. */
const FORGOTTEN_MS = 1500;

/** Pages of answers, for all lives; runs are short, so more would be a leak. */
export const MAX_PAGES = 64;

export const createSimulatedSink = (
  world: World,
  setup: SinkSetup,
  answer: (receipt: Receipt) => void,
): SimulatedSink => {
  const { random, timeline, mutation } = world;
  let machine: SinkMachine<Result> | undefined;
  let life = 0;
  let repeats = 0;
  const written = new WeakMap<SinkRecord<Result>, number>();
  const latest = new Map<string, Result>();
  /** Newest item of a uid: the egress keeps it with its picture. */
  const newest = new Map<string, { life: string; heardMs: number }>();
  const newestSeqs = new Map<string, number>();

  const journal = createSimulatedJournal<SinkRecord<Result>>(
    random,
    timeline,
    (upTo) => handle({ kind: 'journaled', upTo, nowMs: timeline.nowMs }),
    () => undefined,
    mutation === 'answer without journaling',
  );
  const handle = (input: SinkInput<Result>): void => {
    if (machine === undefined) return;
    const refused: number[] = [];
    for (const output of machine.handle(input)) perform(output, refused);
    for (const number of refused) handle({ kind: 'append_refused', number, nowMs: timeline.nowMs });
  };
  const perform = (output: SinkOutput<Result>, refused: number[]): void => {
    switch (output.kind) {
      case 'append':
        if (!journal.append(output)) refused.push(output.number);
        else written.set(output.record, timeline.nowMs);
        break;
      case 'hand':
        if (!output.repeat || mutation !== 'journaled items are not handed after a crash')
          hand(output.item, output.repeat);
        break;
      case 'receipt':
        answer(output.receipt);
        break;
      case 'outcome':
        world.trace(() => `${setup.name} outcome ${itemKey(output.outcome.item)} ${output.outcome.reason}`);
        break;
    }
  };

  const hand = (item: TakenItem<Result>, repeat: boolean): void => {
    world.trace(() => `${setup.name} hands ${itemKey(item.id)}${repeat ? ' again' : ''}`);
    const of = life;
    const settle = (reason: string, notSent = false): void =>
      handle({ kind: 'settled', item: item.id, ending: { reason, detail: '' }, notSent, nowMs: timeline.nowMs });
    const { uid, refused } = item.result;
    if (refused) settle('unreadable');
    else if (setup.isAgent && random.chance(0.1)) settle('radio_away', true);
    else if (!isNewest(uid, item)) settle('superseded');
    else {
      // What was written to a client cannot be taken back by a crash: the outcome may be missing, the event is not.
      deliver(item, repeat);
      timeline.after(random.between(1, setup.slowestMs), () => of === life && settle('delivered'));
    }
  };
  /** Rule 8: within one life of an origin by seq, otherwise by when they were heard. */
  const isNewest = (uid: string, { id, heardMs }: TakenItem<Result>): boolean => {
    const own = `${uid} ${lifeKey(id)}`;
    const known = newest.get(uid);
    const isOlder =
      id.seq < (newestSeqs.get(own) ?? 0) || (known !== undefined && known.life !== own && heardMs < known.heardMs);
    if (isOlder) return false;
    newest.set(uid, { life: own, heardMs });
    newestSeqs.set(own, id.seq);
    return true;
  };
  const deliver = ({ id, destination, result }: TakenItem<Result>, repeat: boolean): void => {
    const { uid, decode } = result;
    world.deliveries.push({ key: itemKey(id), sink: setup.name, destination, item: id, uid, repeat, decode });
  };

  const recordsAtStart = (): SinkRecord<Result>[] =>
    journal.records
      .filter((record) => mutation !== 'forget voids' || record.kind !== 'voided')
      .map((record) => (mutation === 'later result replaces the first' ? withLatest(record) : record));
  const withLatest = (record: SinkRecord<Result>): SinkRecord<Result> => {
    if (record.kind !== 'taken') return record;
    const result = latest.get(itemKey(record.item.id)) ?? record.item.result;
    return { ...record, item: { ...record.item, result } };
  };
  const create = (): SinkMachine<Result> =>
    createSinkMachine<Result>({ name: setup.name, maxHeld: setup.maxHeld, heartbeatMs: 2000, maxPages: MAX_PAGES });

  const compacted = (records: SinkRecord<Result>[]): SinkRecord<Result>[] => {
    const reader = create();
    reader.handle({ kind: 'recovered', records, nowMs: timeline.nowMs });
    return [...reader.snapshot()];
  };

  /** Planted: the memory is made anew from what is young. */
  const forgetOld = (): void => {
    const records = journal.records.filter((record) => timeline.nowMs - (written.get(record) ?? 0) < FORGOTTEN_MS);
    machine = create();
    machine.handle({ kind: 'recovered', records, nowMs: timeline.nowMs });
  };
  const resultIn = (item: ItemHeader, result: Result): void => {
    let header = item;
    latest.set(itemKey(item.id), result);
    if (mutation === 'results that name nobody are taken' && !item.addressed.some(({ sink }) => sink === setup.name)) {
      const { destination } = setup;
      header = { ...item, addressed: [{ destination, sink: setup.name, assignment: 1, lifeMs: 1000, repeat: false }] };
    }
    if (mutation === 'time-bounded answer memory' && random.chance(0.2) && (machine?.stats().held ?? 1) === 0) {
      if (machine?.stats().pendingAppends === 0) forgetOld();
    }
    if (mutation === 'hand every copy' && item.addressed.some(({ sink }) => sink === setup.name)) {
      deliver(
        { id: item.id, destination: setup.destination, heardMs: 0, lifeUntilMs: 0, durable: false, result },
        false,
      );
    }
    handle({ kind: 'result', item: header, result, nowMs: timeline.nowMs });
  };

  return {
    ...setup,
    isUp: false,
    isConnected: true,
    isGone: false,
    volumeSinceMs: 0,
    lastBeatMs: -Infinity,
    result: resultIn,
    void: (request) => {
      if (mutation !== 'forget at give-up') handle({ kind: 'void', request, nowMs: timeline.nowMs });
    },
    tick: () => handle({ kind: 'tick', nowMs: timeline.nowMs }),
    crash({ loseVolume }) {
      world.trace(() => `${setup.name} crashed${loseVolume ? ', its volume is lost' : ''}`);
      repeats += machine?.stats().repeats ?? 0;
      machine = undefined;
      life += 1;
      this.isUp = false;
      journal.crash();
      if (!loseVolume) return;
      journal.lose();
      this.volumeSinceMs = timeline.nowMs;
    },
    start() {
      world.trace(() => `${setup.name} started`);
      this.isUp = true;
      machine = create();
      const records = recordsAtStart();
      handle({ kind: 'recovered', records: random.chance(0.3) ? compacted(records) : records, nowMs: timeline.nowMs });
    },
    diskFull: (isFull) => {
      journal.isFull = isFull;
    },
    get isIdle() {
      const stats = machine?.stats();
      return stats !== undefined && stats.held === 0 && stats.pendingAppends === 0;
    },
    outcomes: () => journal.records.flatMap((record) => (record.kind === 'ended' ? [record.outcome] : [])),
    get answerBytes() {
      return machine?.stats().answerBytes ?? 0;
    },
    get repeats() {
      return repeats + (machine?.stats().repeats ?? 0);
    },
  };
};
