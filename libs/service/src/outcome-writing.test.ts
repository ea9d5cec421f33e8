import { create } from '@bufbuild/protobuf';
import { OutcomeSchema } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createOutcomeWriting } from './outcome-writing.ts';
import { fakeClock } from './testing/fake-clock.ts';

const make = () => {
  const clock = fakeClock();
  /** Number and text of each that was told, behind a star when it is not in the journal. */
  const told: string[] = [];
  const counts = { unwritten: 0 };
  const disk = { hasRoom: true, seq: 0 };
  const writing = createOutcomeWriting({
    owner: 'tak',
    journal: {
      incarnation: 3,
      nonce: 7n,
      append: () => (disk.hasRoom ? { ok: true, seq: (disk.seq += 1) } : { ok: false, reason: 'journal_full' }),
    },
    nonce: 99n,
    clock,
    tell: ({ batch: { incarnation, nonce, firstNumber, outcomes } }) => {
      const isWritten = incarnation === 3 && nonce === 7n;
      if (!isWritten) expect([incarnation, nonce]).toEqual([0, 99n]);
      for (const [index, { uid }] of outcomes.entries())
        told.push(`${isWritten ? '' : '*'}${firstNumber + index} ${uid}`);
    },
    unwritten: (outcomes) => {
      counts.unwritten += outcomes;
    },
  });
  const add = (...uids: readonly string[]): void => writing.add(uids.map((uid) => create(OutcomeSchema, { uid })));
  return { clock, told, counts, disk, writing, add };
};

describe('outcomes on their way into the journal', () => {
  it('are told when they are there', () => {
    const { told, writing, add } = make();
    add('a', 'b');
    add('c');
    add('d');
    expect(told).toEqual([]);
    writing.heard({ kind: 'written', to: 2 });
    expect(told).toEqual(['1 a', '2 b', '3 c']);
  });

  it('wait for room, in their order, and get their numbers with it', async () => {
    const { clock, told, counts, disk, writing, add } = make();
    add('a', 'b');
    add('c');
    add('d');
    disk.hasRoom = false;
    writing.heard({ kind: 'written', to: 1 });
    writing.heard({ kind: 'refused', from: 2, to: 3, reason: 'journal_full' });
    add('e');
    await clock.pass(5_000);
    expect(told).toEqual(['1 a', '2 b']);
    disk.hasRoom = true;
    await clock.pass(1_000);
    writing.heard({ kind: 'written', to: 6 });
    expect(told).toEqual(['1 a', '2 b', '3 c', '4 d', '5 e']);
    expect(counts.unwritten).toBe(0);
  });

  it('are told in a book of their own when the disk stays full, and leave no gap in the other', async () => {
    const { clock, told, counts, disk, writing, add } = make();
    disk.hasRoom = false;
    add('a', 'b');
    await clock.pass(14_000);
    expect(told).toEqual([]);
    await clock.pass(2_000);
    disk.hasRoom = true;
    add('c');
    writing.heard({ kind: 'written', to: 1 });
    expect(told).toEqual(['*1 a', '*2 b', '1 c']);
    expect(counts.unwritten).toBe(2);
  });

  it('wait in a bounded number', () => {
    const { told, disk, add } = make();
    disk.hasRoom = false;
    for (let number = 1; number <= 300; number += 1) add(String(number));
    expect(told).toEqual(Array.from({ length: 44 }, (_, index) => `*${index + 1} ${index + 1}`));
  });

  it('are told at the end, whatever came of them', () => {
    const { told, disk, writing, add } = make();
    disk.hasRoom = false;
    add('a');
    writing.close();
    expect(told).toEqual(['*1 a']);
  });
});
