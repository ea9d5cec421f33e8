import { create } from '@bufbuild/protobuf';
import { ItemSchema, ReceiptSchema } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createSettled } from './settled.ts';

const LIFE = { origin: 'radio-1', incarnation: 2, nonce: 0xaan };
const key = (seq: number): string => `radio-1/2.00000000000000aa/${seq}`;

describe('what is settled', () => {
  it('is what the receipts of a sink name', () => {
    const settled = createSettled();
    settled.receipt(create(ReceiptSchema, { ...LIFE, sink: 'routes', settled: [{ first: 3, last: 4 }] }));
    expect([...settled.by('routes')]).toEqual([key(3), key(4)]);
    expect([2, 3, 4, 5].map((seq) => settled.isSettled(key(seq), 'routes'))).toEqual([false, true, true, false]);
    expect(settled.isSettled(key(3), 'tak-1')).toBe(false);
  });

  it('is what the origin has left behind, for all sinks', () => {
    const settled = createSettled();
    settled.published(create(ItemSchema, { id: { ...LIFE, seq: 9 }, low: 7 }));
    settled.published(create(ItemSchema, { id: { ...LIFE, seq: 6 }, low: 5 }));
    expect([6, 7].map((seq) => settled.isSettled(key(seq), 'routes'))).toEqual([true, false]);
    expect(settled.isSettled('radio-1/3.00000000000000aa/1', 'routes')).toBe(false);
  });
});
