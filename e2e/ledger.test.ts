import { create } from '@bufbuild/protobuf';
import { OutcomeBatchSchema, Reason } from '@cotbus/contracts';
import type { OutcomeBatch } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { holes, readLedger } from './ledger.ts';

const batch = (firstNumber: number, seqs: readonly number[], nonce = 5n): OutcomeBatch =>
  create(OutcomeBatchSchema, {
    owner: 'tak-1',
    incarnation: 1,
    nonce,
    firstNumber,
    outcomes: seqs.map((seq) => ({
      item: { origin: 'radio-1', incarnation: 1, nonce: 9n, seq },
      destination: 'tak-1',
      reason: Reason.DELIVERED,
    })),
  });

describe('readLedger', () => {
  it('merges batches in any order, and the same batch twice is one', () => {
    const ledger = readLedger([batch(3, [12, 13]), batch(1, [10, 11]), batch(3, [12, 13])]);
    expect(ledger.lines.map(({ number, item }) => [number, item])).toEqual(
      [10, 11, 12, 13].map((seq, index) => [index + 1, `radio-1/1.0000000000000009/${seq}`]),
    );
    expect(ledger).toMatchObject({ gaps: [], conflicts: [], repeated: 2 });
  });

  it('finds missing numbers, also the first ones, per life of the owner', () => {
    const ledger = readLedger([batch(3, [1]), batch(6, [2]), batch(1, [3], 6n)]);
    expect(ledger.gaps).toEqual([
      { owner: 'tak-1', life: '1.0000000000000005', first: 1, last: 2 },
      { owner: 'tak-1', life: '1.0000000000000005', first: 4, last: 5 },
    ]);
  });

  it('finds a number that says two things', () => {
    const ledger = readLedger([batch(1, [1, 2]), batch(2, [3])]);
    expect(ledger.conflicts.map(({ number }) => number)).toEqual([2]);
    expect(ledger.lines).toHaveLength(2);
  });
});

describe('holes', () => {
  it('are ranges below the largest', () => {
    expect(holes([])).toEqual([]);
    expect(holes([1, 2, 3])).toEqual([]);
    expect(holes([7, 2, 3])).toEqual([
      [1, 1],
      [4, 6],
    ]);
  });
});
