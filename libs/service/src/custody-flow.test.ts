/** One origin and one sink at work, with journals, at 3000 items a second over a bus that takes its time; one item is poison. */
import { createMessage, Kind } from '@cotbus/contracts';
import type { Item, SeqRange } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';
import { openCustodyOrigin } from './custody-origin.ts';
import type { CustodyOriginOptions } from './custody-origin.ts';
import { openCustodySink } from './custody-sink.ts';
import type { CustodyOutcome } from './custody/messages.ts';
import { fakeClock } from './testing/fake-clock.ts';
import { createMemoryBroker } from './testing/memory-bus.ts';
import { memoryJournals } from './testing/memory-journals.ts';
import { silentLog } from './testing/silent-log.ts';

const SECONDS = 2;
const STEP_MS = 10;
const ITEMS_PER_STEP = 30;
const ITEMS = (SECONDS * 1000 * ITEMS_PER_STEP) / STEP_MS;
/** From the origin to the worker, and from there to the sink. */
const LEG_MS = 25;
const ROUND_TRIP_MS = 4 * LEG_MS;
/** One item a second behind the others: an item is poison only if others pass it until its last try, half a minute later. */
const THEN_SECONDS = 40;
const ALL_ITEMS = ITEMS + THEN_SECONDS;
/** No worker ever answers it. */
const POISON = 1000;
/** Where the window of a sink begins: it grows only when items wait for a place in it. */
const WINDOW = 1024;
/** What a sink lets answers wait for company. */
const RECEIPT_MS = 20;
const PAGE_BYTES = 4096;

/** What is published is under way for a while; what is published in one moment arrives in one. */
const slowed = (bus: Bus, clock: Clock, delayMs: number): Bus => {
  let newest = { atMs: -1, sends: [] as (() => void)[] };
  const schedule = (atMs: number): void => {
    const sends: (() => void)[] = [];
    newest = { atMs, sends };
    clock.after(delayMs, () => {
      for (const send of sends) send();
    });
  };
  return {
    ...bus,
    get connected() {
      return bus.connected;
    },
    publish: (name, message) => {
      if (newest.atMs !== clock.monotonic()) schedule(clock.monotonic());
      newest.sends.push(() => bus.publish(name, message));
      return true;
    },
  };
};

const startWorld = () => {
  const clock = fakeClock();
  const broker = createMemoryBroker();
  const common = { clock, log: silentLog(), nonce: 1n, journals: memoryJournals(), random: () => 0.5 };
  return { clock, common, connect: (delayMs: number) => slowed(broker.connect(), clock, delayMs) };
};
type World = ReturnType<typeof startWorld>;

/** A pipe with one hole. */
const startWorker = async ({ connect }: World): Promise<void> => {
  const bus = connect(LEG_MS);
  await bus.subscribe('frameHeard', {}, (heard) => {
    const item = heard?.item;
    if (item?.id !== undefined && item.id.seq !== POISON)
      bus.publish('rxResult', createMessage('rxResult', { item, kind: Kind.PLI }));
  });
};

const startSink = async ({ common, connect }: World, ended: (outcome: CustodyOutcome) => void) => {
  const bus = connect(2 * LEG_MS);
  const sink = await openCustodySink({
    ...common,
    name: 'tak',
    bus,
    hand: ({ id }) => sink.settle(id, { reason: 'delivered', detail: '' }),
    ended,
    endedBefore: () => undefined,
  });
  await sink.begin();
  await bus.subscribe('rxResult', {}, (result) => result && sink.take(result.item, new Uint8Array(200)));
  return sink;
};

type Told = Pick<CustodyOriginOptions, 'ended'> & {
  readonly published: (item: Item) => void;
  readonly settled: (ranges: readonly SeqRange[]) => void;
};

const startOrigin = async ({ common, connect }: World, { ended, published, settled }: Told) => {
  const bus = connect(LEG_MS);
  const origin = await openCustodyOrigin({
    ...common,
    name: 'radio',
    bus,
    alive: () => new Map([['tak', ['tak']]]),
    publish: (item) => {
      published(item);
      return bus.publish('frameHeard', createMessage('frameHeard', { item }));
    },
    ended,
    endedBefore: () => undefined,
  });
  await bus.subscribe('receipt', {}, (receipt) => receipt && settled(receipt.settled));
  return origin;
};

/** Accepts all items and lets all of them end. @returns what was seen from outside. */
const run = async () => {
  const world = startWorld();
  const { clock } = world;
  const acceptedMs: number[] = [0];
  /** First publishes, and first receipts that say settled, by seq. */
  const publishedMs = new Map<number, number>();
  const settledMs = new Map<number, number>();
  const outcomes: Record<string, number> = {};
  const most = { inFlight: 0, answerBytes: 0 };
  const note = (times: Map<number, number>, seq: number): void => {
    if (!times.has(seq)) times.set(seq, clock.monotonic() - (acceptedMs[seq] ?? Number.NaN));
  };
  const ended = ({ reason }: CustodyOutcome): void => {
    outcomes[reason] = (outcomes[reason] ?? 0) + 1;
  };

  await startWorker(world);
  const sink = await startSink(world, ended);
  const origin = await startOrigin(world, {
    ended,
    published: ({ id }) => note(publishedMs, id?.seq ?? 0),
    settled: (ranges) => {
      for (const { first, last } of ranges) for (let seq = first; seq <= last; seq += 1) note(settledMs, seq);
    },
  });
  const acceptThenPass = async (items: number, ms: number): Promise<void> => {
    for (let n = 0; n < items; n += 1) {
      acceptedMs.push(clock.monotonic());
      origin.accept({ payload: new Uint8Array(300), destinations: ['tak'] });
    }
    await clock.pass(ms);
    most.inFlight = Math.max(most.inFlight, publishedMs.size - settledMs.size);
    most.answerBytes = Math.max(most.answerBytes, sink.stats().answerBytes);
  };
  await clock.pass(STEP_MS);
  while (acceptedMs.length <= ITEMS) await acceptThenPass(ITEMS_PER_STEP, STEP_MS);
  for (let second = 0; second < THEN_SECONDS; second += 1) await acceptThenPass(1, 1000);
  const slowestMs = { published: Math.max(...publishedMs.values()), settled: Math.max(...settledMs.values()) };
  return { outcomes, most, slowestMs, settled: settledMs, origin: origin.stats(), sink: sink.stats() };
};

describe('3000 items a second over a round trip of 100 ms', () => {
  it('go through one origin and one sink without waiting, though one of them is poison', async () => {
    const { outcomes, most, slowestMs, settled, origin, sink } = await run();
    expect(outcomes).toEqual({ delivered: ALL_ITEMS - 1, poison: 1 });
    expect([settled.size, settled.has(POISON)]).toEqual([ALL_ITEMS - 1, false]);
    // The window is never the limit: all are published in the moment in which they are accepted.
    expect(slowestMs.published).toBe(0);
    expect(most.inFlight).toBeLessThan(WINDOW / 2);
    expect(slowestMs.settled).toBeLessThanOrEqual(ROUND_TRIP_MS + RECEIPT_MS);
    // Five tries that others passed, and those of the slow seconds that nothing passed.
    expect(origin).toMatchObject({ open: 0, unconfirmed: 0 });
    expect(origin.republished).toBeLessThan(10);
    expect(sink).toMatchObject({ held: 0, busy: 0, duplicates: 0 });
    expect(most.answerBytes).toBeLessThanOrEqual(2 * PAGE_BYTES);
  });
});
