import { create } from '@bufbuild/protobuf';
import { OutcomeBatchSchema } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { lossesBefore, lossOf, lossOfLedger, lossOfOrigin, lossOfSink } from './loss.ts';

const ITEM = 'radio-1/2.00000000000000aa/7';
const item = { key: ITEM, destinations: new Set<string>(), label: undefined, publishes: 1 };
const watched = {
  items: new Map([[ITEM, item]]),
  batches: [create(OutcomeBatchSchema, { owner: 'radio-1', incarnation: 1, nonce: 0xbbn })],
  settledBy: () => new Set(['tak-1/1.00000000000000cc/3']),
};

describe('a loss', () => {
  const loss = lossOf('radio-1', 'mesh-1', watched);

  it('covers all that was seen of the process until then, as an origin and as an owner', () => {
    expect(lossOfOrigin([loss], ITEM)).toBe(loss);
    expect(lossOfOrigin([loss], 'radio-1/9.00000000000000aa/1')).toBe(loss);
    expect(lossOfLedger([loss], { owner: 'radio-1', life: '4.00000000000000bb' })).toBe(loss);
  });

  it('covers no new journal, and nobody else', () => {
    expect(lossOfOrigin([loss], 'radio-1/1.00000000000000dd/7')).toBeUndefined();
    expect(lossOfOrigin([loss], 'radio-11/2.00000000000000aa/7')).toBeUndefined();
  });

  it('knows what it had called settled as a sink, at its own destination', () => {
    expect(lossOfSink([loss], 'tak-1/1.00000000000000cc/3', 'mesh-1')).toBe(loss);
    expect(lossOfSink([loss], 'tak-1/1.00000000000000cc/3', 'mesh-2')).toBeUndefined();
    expect(lossOfSink([loss], 'tak-1/1.00000000000000cc/4', 'mesh-1')).toBeUndefined();
  });

  it('divides what was seen into before and after', () => {
    expect(lossesBefore([loss], 'mesh-1', { atMs: loss.atMs - 1 })).toBe(0);
    expect(lossesBefore([loss], 'mesh-1', { atMs: loss.atMs })).toBe(1);
    expect(lossesBefore([loss], 'mesh-2', { atMs: loss.atMs })).toBe(0);
  });
});
