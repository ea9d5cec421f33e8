import { createMessage } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createOutcomeWriting } from './outcome-writing.ts';
import { fakeClock } from './testing/fake-clock.ts';

const make = () => {
  const clock = fakeClock();
  const told: number[] = [];
  const unwritten: number[] = [];
  const disk = { hasRoom: true, seq: 0 };
  const writing = createOutcomeWriting({
    append: () => (disk.hasRoom ? { ok: true, seq: (disk.seq += 1) } : { ok: false, reason: 'journal_full' }),
    clock,
    tell: ({ batch }) => told.push(batch.firstNumber),
    unwritten: ({ batch }) => unwritten.push(batch.firstNumber),
  });
  const add = (firstNumber: number): void =>
    writing.add({ batch: createMessage('outcome', { owner: 'tak', firstNumber }), payload: new Uint8Array() });
  return { clock, told, unwritten, disk, writing, add };
};

describe('outcomes on their way into the journal', () => {
  it('are told when they are there', () => {
    const { told, writing, add } = make();
    for (const number of [1, 2, 3]) add(number);
    expect(told).toEqual([]);
    writing.heard({ kind: 'written', to: 2 });
    expect(told).toEqual([1, 2]);
  });

  it('wait for room, in their order, and are told then', async () => {
    const { clock, told, unwritten, disk, writing, add } = make();
    for (const number of [1, 2, 3]) add(number);
    disk.hasRoom = false;
    writing.heard({ kind: 'written', to: 1 });
    writing.heard({ kind: 'refused', from: 2, to: 3, reason: 'journal_full' });
    add(4);
    await clock.pass(5_000);
    expect(told).toEqual([1]);
    disk.hasRoom = true;
    await clock.pass(1_000);
    writing.heard({ kind: 'written', to: 6 });
    expect(told).toEqual([1, 2, 3, 4]);
    expect(unwritten).toEqual([]);
  });

  it('are told without being there when the disk stays full', async () => {
    const { clock, told, unwritten, disk, add } = make();
    disk.hasRoom = false;
    add(1);
    await clock.pass(14_000);
    expect(told).toEqual([]);
    await clock.pass(2_000);
    expect(told).toEqual([1]);
    expect(unwritten).toEqual([1]);
  });

  it('wait in a bounded number', () => {
    const { told, disk, add } = make();
    disk.hasRoom = false;
    for (let number = 1; number <= 300; number += 1) add(number);
    expect(told).toEqual(Array.from({ length: 44 }, (_, index) => index + 1));
  });

  it('are told at the end, whatever came of them', () => {
    const { told, disk, writing, add } = make();
    disk.hasRoom = false;
    add(1);
    writing.close();
    expect(told).toEqual([1]);
  });
});
