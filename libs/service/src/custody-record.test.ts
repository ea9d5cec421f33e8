import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCustodyRecord, encodeCustodyRecord } from './custody-record.ts';

describe('records of custody', () => {
  it('come back with their bytes and big numbers, wherever they stand', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.bigInt(0n, 2n ** 64n - 1n),
      fc.uint8Array({ maxLength: 40 }),
      fc.record({ a: fc.uint8Array({ maxLength: 9 }), b: fc.array(fc.bigInt()) }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), value), (record) => {
        expect(decodeCustodyRecord(encodeCustodyRecord({ ...record }))).toEqual({ ...record });
      }),
    );
  });

  it('are undefined or a value for any bytes, never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(() => decodeCustodyRecord(bytes)).not.toThrow();
      }),
    );
  });
});
