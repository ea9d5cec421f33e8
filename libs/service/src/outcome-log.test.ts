import { fromBinary } from '@bufbuild/protobuf';
import { createMessage, itemKey, OutcomeBatchSchema, Reason } from '@cotbus/contracts';
import type { OutcomeBatch } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createLog } from './log.ts';
import { openOutcomeLog } from './outcome-log.ts';
import { fakeClock } from './testing/fake-clock.ts';
import { createMemoryBroker } from './testing/memory-bus.ts';
import { memoryJournals } from './testing/memory-journals.ts';

const nonce = 0x0123456789abcdefn;

const make = async (journals = memoryJournals()) => {
  const clock = fakeClock();
  const broker = createMemoryBroker();
  const batches: OutcomeBatch[] = [];
  await broker.connect().subscribe('outcome', {}, (batch) => {
    if (batch !== undefined) batches.push(batch);
  });
  const bus = broker.connect();
  const counted: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const write = (text: string): unknown => lines.push(JSON.parse(text) as Record<string, unknown>);
  const log = createLog({ level: 'debug', terminal: false, name: 'test', write });
  const outcomes = await openOutcomeLog({
    owner: 'tak',
    journals,
    bus,
    clock,
    nonce,
    log,
    count: (name) => counted.push(name),
  });
  const record = (count: number): void => {
    for (let index = 0; index < count; index += 1) outcomes.record({ reason: Reason.DELIVERED, destination: 'tak' });
  };
  const shape = (): number[][] => batches.map(({ firstNumber, outcomes: all }) => [firstNumber, all.length]);
  return { clock, bus, broker, batches, outcomes, counted, lines, record, shape };
};

describe('the outcome log', () => {
  it('numbers from 1 and publishes what 100 ms brought as one batch', async () => {
    const { clock, outcomes, record, batches, shape } = await make();
    record(2);
    await clock.pass(99);
    expect(shape()).toEqual([]);
    await clock.pass(1);
    record(1);
    await clock.pass(100);
    expect(shape()).toEqual([
      [1, 2],
      [3, 1],
    ]);
    expect(batches[0]).toMatchObject({ owner: 'tak', incarnation: 1, nonce });
    expect(outcomes.recent()).toHaveLength(3);
  });

  it('publishes a full batch at once', async () => {
    const { clock, record, shape } = await make();
    record(130);
    await clock.pass(0);
    expect(shape()).toEqual([
      [1, 64],
      [65, 64],
    ]);
    await clock.pass(100);
    expect(shape().at(-1)).toEqual([129, 2]);
  });

  it('fills in when it was recorded, unless that is known', async () => {
    const { clock, outcomes } = await make();
    outcomes.record({ reason: Reason.EXPIRED });
    outcomes.record({ reason: Reason.EXPIRED, atMs: 5 });
    expect(outcomes.recent().map(({ atMs }) => atMs)).toEqual([clock.now(), 5]);
  });

  it('keeps what the bus did not take', async () => {
    const { clock, broker, record, batches, shape } = await make();
    broker.disconnectAll();
    record(1500);
    await clock.pass(1000);
    broker.reconnect();
    await clock.pass(100);
    expect(batches.reduce((sum, { outcomes }) => sum + outcomes.length, 0)).toBe(1500);
    record(1);
    await clock.pass(100);
    expect(shape().at(-1)).toEqual([1501, 1]);
  });

  it('publishes the newest again after a reconnect, and when somebody asks: the numbers tell that they are copies', async () => {
    const { clock, bus, broker, record, shape } = await make();
    record(2);
    await clock.pass(100);
    broker.disconnectAll();
    broker.reconnect();
    await clock.pass(3000);
    bus.publish('command', createMessage('command', { target: 'tak', verb: 'outcomes' }));
    await clock.pass(0);
    expect(shape()).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  it('is read by the next start, which publishes it again and does not record it twice', async () => {
    const journals = memoryJournals();
    const item = { origin: 'radio-1', incarnation: 1, nonce, seq: 7 };
    const first = await make(journals);
    first.outcomes.record({ item, destination: 'tak', reason: Reason.DELIVERED });
    await first.outcomes.close();
    const { clock, outcomes, batches } = await make(journals);
    outcomes.recordOnce({ item, destination: 'tak', reason: Reason.DELIVERED });
    outcomes.recordOnce({ item: { ...item, seq: 8 }, destination: 'tak', reason: Reason.DELIVERED });
    await clock.pass(100);
    expect(
      batches.map(({ incarnation, firstNumber, outcomes: all }) => [incarnation, firstNumber, all[0]?.item?.seq]),
    ).toEqual([
      [1, 1, 7],
      [2, 1, 8],
    ]);
  });

  it('keeps the last twenty thousand, oldest first', async () => {
    const { outcomes } = await make();
    for (let index = 1; index <= 45_000; index += 1) outcomes.record({ reason: Reason.IGNORED, packetId: index });
    const recent = outcomes.recent();
    expect([recent.length, recent[0]?.packetId, recent.at(-1)?.packetId]).toEqual([20_000, 25_001, 45_000]);
  });

  it('answers by item, uid and reason for the last hour', async () => {
    const { clock, bus, outcomes } = await make();
    const item = { origin: 'radio-1', incarnation: 1, nonce, seq: 7 };
    outcomes.record({ uid: 'OLD', reason: Reason.GARBLED });
    await clock.pass(3_600_001);
    outcomes.record({ uid: 'A', item, reason: Reason.GARBLED });
    outcomes.record({ uid: 'B', reason: Reason.DELIVERED });
    const replies: string[][] = [];
    await bus.subscribe('reply', {}, (reply) => {
      replies.push(fromBinary(OutcomeBatchSchema, reply?.bytes ?? new Uint8Array()).outcomes.map(({ uid }) => uid));
    });
    const ask = (given: Record<string, string>) =>
      bus.publish('command', createMessage('command', { id: 'q', target: 'tak', verb: 'outcomes', arguments: given }));
    for (const given of [{ reason: 'garbled' }, { uid: 'B' }, { item: itemKey(item) }, { all: '' }]) {
      ask(given);
      await clock.pass(0);
    }
    expect(replies).toEqual([['A'], ['B'], ['A'], ['A', 'B']]);
  });

  it('counts by reason and says what ended how', async () => {
    const { outcomes, counted, lines } = await make();
    outcomes.record({
      reason: Reason.TOO_LARGE,
      destination: 'north',
      detail: '231 of 225',
      item: { origin: 'tak', incarnation: 1, nonce, seq: 7 },
    });
    expect(counted).toEqual(['outcome_too_large_total']);
    expect(lines).toMatchObject([
      {
        level: 20,
        msg: 'outcome.recorded',
        item: 'tak/1.0123456789abcdef/7',
        destination: 'north',
        reason: 'too_large',
        detail: '231 of 225',
      },
    ]);
  });

  it('publishes what waits when it is closed', async () => {
    const { clock, outcomes, record, shape } = await make();
    record(3);
    await outcomes.close();
    await clock.pass(0);
    expect(shape()).toEqual([[1, 3]]);
  });
});
