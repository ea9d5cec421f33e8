import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nodeFromSeed } from './node-number.ts';
import { bytesOf } from './testing/hex.ts';

it.each([
  ['the check value of CRC-32', '313233343536373839', 0xcbf4_3926],
  ['zeros', '00'.repeat(32), 0x190a_55ad],
  ['no bytes, whose checksum no node may have', '', 0xa505_df1b],
])('%s', (_, seed, num) => {
  expect(nodeFromSeed(bytesOf(seed))).toBe(num);
});

it('is always a number that a node may have, and the same again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (seed) => {
      const num = nodeFromSeed(seed);
      expect(num >= 4 && num < 0xffff_ffff && nodeFromSeed(seed) === num).toBe(true);
    }),
  );
});

it('passes over the number of everybody', () => {
  expect(nodeFromSeed(bytesOf('ffffffff'))).toBe(nodeFromSeed(bytesOf('ffffffff01')));
});
