import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealedReader, sealFor } from './sealed.ts';

const secret = new TextEncoder().encode('-----BEGIN PRIVATE KEY-----');

describe('sealed answers', () => {
  it('are opened by who asked, and by nobody else', () => {
    const reader = createSealedReader();
    const sealed = sealFor(reader.seal, secret);
    expect(sealed).toBeDefined();
    expect(Buffer.from(sealed ?? []).includes(Buffer.from(secret))).toBe(false);
    expect(reader.open(sealed ?? new Uint8Array())).toEqual(secret);
    expect(createSealedReader().open(sealed ?? new Uint8Array())).toBeUndefined();
  });

  it('are refused when a byte of them is another one, and when they are anything else', () => {
    const reader = createSealedReader();
    const sealed = sealFor(reader.seal, secret) ?? new Uint8Array();
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Uint8Array.from(sealed);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        expect(reader.open(damaged)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(reader.open(bytes)).toBeUndefined();
      }),
    );
  });

  it('are not made for what is no key', () => {
    for (const seal of ['', 'nonsense', 'AAAA'.repeat(20), 'A'.repeat(58)]) {
      expect(sealFor(seal, secret)).toBeUndefined();
    }
  });
});
