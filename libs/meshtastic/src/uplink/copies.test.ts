import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCopies } from './copies.ts';
import { decodedPacket, encryptedPacket, position, takChannel } from './testing/uplinked.ts';

const MINUTE_MS = 60_000;

describe('copies of one packet', () => {
  it('keep the best signal: one before none, fewer hops, stronger, less noise', () => {
    const copies = createCopies();
    const copy = (rxRssi: number, rxSnr: number, hopLimit: number) =>
      copies.take(decodedPacket(position, { rxRssi, rxSnr, hopLimit }), 0);
    expect(copy(0, 0, 3)).toBe('first');
    expect(copy(-120, -15, 1)).toBe('better');
    expect(copy(0, 0, 3)).toBe('again');
    expect(copy(-50, 9, 0)).toBe('again');
    expect(copy(-121, -15, 2)).toBe('better');
    expect(copy(-110, -15, 2)).toBe('better');
    expect(copy(-110, -10, 2)).toBe('better');
    expect(copy(-110, -10, 2)).toBe('again');
    expect(copies.size).toBe(1);
  });

  it('are told apart by sender and id', () => {
    const copies = createCopies();
    expect(copies.take(decodedPacket(position), 0)).toBe('first');
    expect(copies.take(decodedPacket(position, { id: 78 }), 0)).toBe('first');
    expect(copies.take(decodedPacket(position, { from: 0x1122_3345 }), 0)).toBe('first');
  });

  it('count as variants when their content differs, up to four', () => {
    const copies = createCopies();
    const copy = (byte: number) => copies.take(decodedPacket({ portnum: 78, payload: Uint8Array.of(byte) }), 0);
    expect([1, 2, 3, 4, 5, 6].map(copy)).toEqual([
      'first',
      'variant',
      'variant',
      'variant',
      'too_many_variants',
      'too_many_variants',
    ]);
    expect([1, 4].map(copy)).toEqual(['again', 'again']);
    expect(copies.take(decodedPacket({ portnum: 72, payload: Uint8Array.of(1) }), 0)).toBe('too_many_variants');
  });

  it('that could not be read are no variants of those that could', () => {
    const copies = createCopies();
    expect(copies.take(encryptedPacket(takChannel, position), 0)).toBe('first');
    expect(copies.take(decodedPacket(position), 0)).toBe('first');
    expect(copies.take(encryptedPacket(takChannel, position), 0)).toBe('again');
  });

  it('are news again ten minutes after the first', () => {
    const copies = createCopies();
    copies.take(decodedPacket(position), 0);
    expect(copies.take(decodedPacket(position), 10 * MINUTE_MS - 1)).toBe('again');
    expect(copies.take(decodedPacket(position), 10 * MINUTE_MS)).toBe('first');
  });

  it('are remembered for no more packets than allowed, and none for ever', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(400)), { maxLength: 60 }), (arrivals) => {
        const copies = createCopies({ windowMs: 1000, maxPackets: 4 });
        let nowMs = 0;
        for (const [id, waitMs] of arrivals) {
          nowMs += waitMs;
          copies.take(decodedPacket(position, { id: id + 1 }), nowMs);
          expect(copies.size).toBeLessThanOrEqual(4);
        }
        copies.take(decodedPacket(position, { id: 99 }), nowMs + 1000);
        expect(copies.size).toBe(1);
      }),
    );
  });
});
