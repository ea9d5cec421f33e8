import { create } from '@bufbuild/protobuf';
import { ItemIdSchema } from '@cotbus/contracts';
import type { ItemId } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeenItems } from './seen-items.ts';

const id = (seq: number, incarnation = 1, nonce = 1n): ItemId =>
  create(ItemIdSchema, { origin: 'a', incarnation, nonce, seq });

describe('the memory of a sink', () => {
  it('sees each item first once', () => {
    const seen = createSeenItems();
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { maxLength: 200 }), fc.bigInt(0n, 2n ** 64n - 1n), (seqs, nonce) => {
        const fresh = createSeenItems();
        const firsts = seqs.filter((seq) => fresh.firstSight(id(seq, 1, nonce)));
        expect(firsts).toEqual([...new Set(seqs)]);
      }),
    );
    expect(seen.firstSight(id(0xffffffff))).toBe(true);
    expect(seen.firstSight(id(0xffffffff))).toBe(false);
  });

  it('keeps incarnations, nonces and origins apart', () => {
    const seen = createSeenItems();
    const others = [id(1), id(1, 2), id(1, 1, 2n), create(ItemIdSchema, { ...id(1), origin: 'b' })];
    expect(others.map((one) => seen.firstSight(one))).toEqual([true, true, true, true]);
  });

  it('remembers the last 65 536 of an incarnation at least, and not for ever', () => {
    const seen = createSeenItems();
    for (let seq = 1024; seq < 1024 + 65_536; seq += 1) seen.firstSight(id(seq));
    expect(seen.firstSight(id(1024))).toBe(false);
    seen.firstSight(id(70_000));
    expect(seen.firstSight(id(2048))).toBe(true);
  });

  it('remembers 64 incarnations: the one used least recently goes first', () => {
    const seen = createSeenItems();
    for (let incarnation = 1; incarnation <= 64; incarnation += 1) seen.firstSight(id(1, incarnation));
    expect(seen.firstSight(id(1, 1))).toBe(false);
    seen.firstSight(id(1, 65));
    expect([seen.firstSight(id(1, 1)), seen.firstSight(id(1, 2))]).toEqual([false, true]);
  });
});
