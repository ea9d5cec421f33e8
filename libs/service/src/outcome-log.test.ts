import { Reason } from '@cotbus/contracts';
import type { OutcomeBatch } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createLog } from './log.ts';
import { createOutcomeLog } from './outcome-log.ts';
import { fakeClock } from './testing/fake-clock.ts';
import { createMemoryBroker } from './testing/memory-bus.ts';

const nonce = 0x0123456789abcdefn;

const make = async () => {
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
  const outcomes = createOutcomeLog({ owner: 'tak', bus, clock, nonce, log, count: (name) => counted.push(name) });
  const record = (count: number): void => {
    for (let index = 0; index < count; index += 1) outcomes.record({ reason: Reason.DELIVERED, destination: 'tak' });
  };
  const shape = (): number[][] => batches.map(({ firstNumber, outcomes: all }) => [firstNumber, all.length]);
  return { clock, broker, batches, outcomes, counted, lines, record, shape };
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
    expect(clock.pending).toBe(0);
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

  it('keeps what the bus did not take, and leaves a gap in the numbers where that is more than a thousand', async () => {
    const { clock, broker, record, batches, shape } = await make();
    broker.disconnectAll();
    record(1500);
    await clock.pass(1000);
    broker.reconnect();
    await clock.pass(100);
    expect(shape()[0]).toEqual([501, 64]);
    expect(batches.reduce((sum, { outcomes }) => sum + outcomes.length, 0)).toBe(1000);
    record(1);
    await clock.pass(100);
    expect(shape().at(-1)).toEqual([1501, 1]);
  });

  it('keeps the last thousand, oldest first', async () => {
    const { outcomes } = await make();
    for (let index = 1; index <= 2500; index += 1) outcomes.record({ reason: Reason.IGNORED, packetId: index });
    const recent = outcomes.recent();
    expect([recent.length, recent[0]?.packetId, recent.at(-1)?.packetId]).toEqual([1000, 1501, 2500]);
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
    outcomes.close();
    await clock.pass(0);
    expect([shape(), clock.pending]).toEqual([[[1, 3]], 0]);
  });
});
