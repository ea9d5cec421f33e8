import { create } from '@bufbuild/protobuf';
import { createMessage, ItemSchema } from '@cotbus/contracts';
import type { Item } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { openCustodyOrigin } from './custody-origin.ts';
import { openCustodySink } from './custody-sink.ts';
import type { CustodyOutcome } from './custody/messages.ts';
import type { JournalPlace } from './service.ts';
import { fakeClock } from './testing/fake-clock.ts';
import type { FakeClock } from './testing/fake-clock.ts';
import { createMemoryBroker } from './testing/memory-bus.ts';
import type { MemoryBroker } from './testing/memory-bus.ts';
import { memoryJournals } from './testing/memory-journals.ts';
import { silentLog } from './testing/silent-log.ts';

interface World {
  readonly clock: FakeClock;
  readonly broker: MemoryBroker;
  readonly alive: Map<string, readonly string[]>;
}

const createWorld = (alive: readonly string[]): World => ({
  clock: fakeClock(),
  broker: createMemoryBroker(),
  alive: new Map(alive.map((name) => [name, [name]])),
});

const reasons = (ended: readonly CustodyOutcome[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { destination, reason } of ended) {
    counts[`${destination} ${reason}`] = (counts[`${destination} ${reason}`] ?? 0) + 1;
  }
  return counts;
};

const startOrigin = async ({ clock, broker, alive }: World, journals: JournalPlace = memoryJournals()) => {
  const bus = broker.connect();
  const ended: CustodyOutcome[] = [];
  const origin = await openCustodyOrigin({
    name: 'radio-1',
    journals,
    bus,
    clock,
    log: silentLog(),
    nonce: 5n,
    random: () => 0.5,
    alive: () => alive,
    // A worker that translates at once: the result is the payload.
    publish: (item: Item) => bus.publish('rxResult', createMessage('rxResult', { item, kind: 1 })),
    ended: (outcome) => ended.push(outcome),
    endedBefore: () => undefined,
  });
  return { origin, bus, ended, journals };
};

const startSink = async (world: World, name: string, journals: JournalPlace = memoryJournals()) => {
  const { clock, broker } = world;
  const bus = broker.connect();
  const ended: CustodyOutcome[] = [];
  const handed: number[] = [];
  const repeats: number[] = [];
  const sink = await openCustodySink({
    name,
    journals,
    bus,
    clock,
    log: silentLog(),
    nonce: 9n,
    hand: ({ id }, repeat) => {
      (repeat ? repeats : handed).push(id.seq);
      if (!isStuck.value) sink.settle(id, { reason: 'delivered', detail: '' });
    },
    ended: (outcome) => ended.push(outcome),
    endedBefore: (outcome) => ended.push(outcome),
  });
  const isStuck = { value: false };
  await sink.begin();
  await bus.subscribe('rxResult', {}, (result) => result && sink.take(result.item, new Uint8Array([1])));
  return { sink, bus, ended, handed, repeats, isStuck, journals };
};

const accept = (origin: Awaited<ReturnType<typeof startOrigin>>['origin'], count: number, destinations: string[]) => {
  for (let n = 0; n < count; n += 1) origin.accept({ payload: new Uint8Array([n & 255]), destinations });
};

describe('custody over a bus', () => {
  it('brings each item to each destination once, and the origin forgets it', async () => {
    const world = createWorld(['a', 'b']);
    const { origin, ended } = await startOrigin(world);
    const [a, b] = [await startSink(world, 'a'), await startSink(world, 'b')];
    accept(origin, 300, ['a', 'b']);
    await world.clock.pass(5_000);
    expect([reasons(a.ended), reasons(b.ended), ended]).toEqual([{ 'a delivered': 300 }, { 'b delivered': 300 }, []]);
    expect(origin.stats().open).toBe(0);
  });

  it('ends the items of a destination that stays away after an hour, and does not make the other wait', async () => {
    const world = createWorld(['a']);
    const { origin, ended } = await startOrigin(world);
    const a = await startSink(world, 'a');
    accept(origin, 50, ['a', 'gone']);
    await world.clock.pass(5_000);
    expect([reasons(a.ended), ended]).toEqual([{ 'a delivered': 50 }, []]);
    for (let minute = 0; minute < 62; minute += 1) await world.clock.pass(60_000);
    expect(reasons(ended)).toEqual({ 'gone absent': 50 });
    expect(origin.stats().open).toBe(0);
  });

  it('delivers what waited when the destination comes back within the hour', async () => {
    const world = createWorld([]);
    const { origin, ended } = await startOrigin(world);
    accept(origin, 40, ['late']);
    await world.clock.pass(240_000);
    const late = await startSink(world, 'late');
    world.alive.set('late', ['late']);
    await world.clock.pass(5_000);
    expect([late.handed, ended]).toEqual([Array.from({ length: 40 }, (_, n) => n + 1), []]);
  });

  it('ends all of 500 items that an origin left in its journal', async () => {
    const world = createWorld([]);
    const first = await startOrigin(world);
    accept(first.origin, 500, ['a']);
    await world.clock.pass(100);
    await first.origin.close();
    const a = await startSink(world, 'a');
    world.alive.set('a', ['a']);
    const second = await startOrigin(world, first.journals);
    await world.clock.pass(10_000);
    expect(reasons(a.ended)).toEqual({ 'a delivered': 500 });
    expect(new Set(a.ended.map(({ item }) => item.seq)).size).toBe(500);
    expect(second.origin.stats().open).toBe(0);
  });

  it('hands out again what a sink had not ended when it died, and nothing else', async () => {
    const world = createWorld(['a']);
    const { origin } = await startOrigin(world);
    const first = await startSink(world, 'a');
    accept(origin, 10, ['a']);
    await world.clock.pass(2_000);
    first.isStuck.value = true;
    accept(origin, 3, ['a']);
    await world.clock.pass(2_000);
    world.broker.cut(first.bus);
    await first.sink.close();
    const second = await startSink(world, 'a', first.journals);
    await world.clock.pass(2_000);
    expect([first.handed.length, second.handed, second.repeats]).toEqual([13, [], [11, 12, 13]]);
    expect(reasons(second.ended)).toEqual({ 'a delivered': 13 });
    expect(origin.stats().open).toBe(0);
  });

  it('repeats what the bus lost', async () => {
    const world = createWorld(['a']);
    const { origin, bus } = await startOrigin(world);
    const a = await startSink(world, 'a');
    accept(origin, 5, ['a']);
    world.broker.cut(bus);
    accept(origin, 5, ['a']);
    await world.clock.pass(1_000);
    world.broker.reconnect();
    await world.clock.pass(5_000);
    expect(reasons(a.ended)).toEqual({ 'a delivered': 10 });
  });

  it('refuses new items with an outcome while the disk is full, and goes on when it is not', async () => {
    const world = createWorld(['a']);
    const journals = memoryJournals();
    const { origin, ended } = await startOrigin(world, journals);
    const a = await startSink(world, 'a');
    await world.clock.pass(100);
    journals.fs.spaceBytes = 0;
    accept(origin, 3, ['a']);
    await world.clock.pass(500);
    expect(reasons(ended)).toEqual({ 'a journal_full': 3 });
    journals.fs.spaceBytes = Number.POSITIVE_INFINITY;
    await world.clock.pass(5_000);
    accept(origin, 2, ['a']);
    await world.clock.pass(5_000);
    expect(reasons(a.ended)).toEqual({ 'a delivered': 2 });
  });

  it('keeps its journals small however many items went through', async () => {
    const world = createWorld(['a']);
    const journals = memoryJournals();
    const { origin } = await startOrigin(world, journals);
    const a = await startSink(world, 'a', journals);
    for (let burst = 0; burst < 100; burst += 1) {
      accept(origin, 300, ['a']);
      await world.clock.pass(50);
    }
    await world.clock.pass(1_000);
    expect(reasons(a.ended)).toEqual({ 'a delivered': 30_000 });
    // Two records an item at the sink, one at the origin; a segment is 4 MiB.
    expect(journals.fs.usedBytes).toBeLessThan(10_000_000);
  });

  it('takes no result that names nobody, somebody else or no item', async () => {
    const world = createWorld(['a']);
    const a = await startSink(world, 'a');
    const id = { origin: 'x', incarnation: 1, nonce: 1n, seq: 1 };
    const addressed = [{ destination: 'b', sink: 'b', assignment: 1, lifeMs: 1000 }];
    for (const item of [undefined, create(ItemSchema), create(ItemSchema, { id, addressed })]) {
      a.sink.take(item, new Uint8Array());
    }
    await world.clock.pass(1_000);
    expect([a.handed, a.ended]).toEqual([[], []]);
  });
});
