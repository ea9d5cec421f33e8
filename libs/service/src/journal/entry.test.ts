import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEntry, encodeEntry } from './entry.ts';
import type { Entry } from './entry.ts';

const seq = fc.maxSafeNat();
const text = fc.string({ unit: 'binary', maxLength: 60 });
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({
    kind: fc.constant('start' as const),
    nonce: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
    incarnation: fc.nat(0xffffffff),
    nextSeq: seq,
  }),
  fc.record({ kind: fc.constant('put' as const), seq, key: text, className: text, payload: fc.uint8Array() }),
  fc.record({ kind: fc.constant('kill' as const), seq, key: text }),
);

describe('entries', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(entry, (one) => {
        expect(decodeEntry(encodeEntry(one))).toEqual(one);
      }),
      { numRuns: 300 },
    );
  });

  it('answers any bytes with an entry or nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(4), (bytes, kind) => {
        if (bytes.length > 0) bytes[0] = kind;
        const decoded = decodeEntry(bytes);
        expect(decoded === undefined ? undefined : decodeEntry(encodeEntry(decoded))).toEqual(decoded);
      }),
      { numRuns: 500 },
    );
    expect(decodeEntry(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 1, 200, 0))).toBeUndefined();
    expect(decodeEntry(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 1, 0xff))).toBeUndefined();
    expect(decodeEntry(Uint8Array.of(2, 255, 0, 0, 0, 0, 0, 0, 1))).toBeUndefined();
    expect(decodeEntry(Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 1))).toBeUndefined();
    expect(decodeEntry(Uint8Array.of())).toBeUndefined();
  });
});
