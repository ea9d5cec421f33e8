import { expect, it } from 'vitest';
import { expandKey } from './channel-secret.ts';
import { cryptPacket, firstCounter } from './packet-cipher.ts';
import { describeAesCtr } from './testing/aes-ctr-contract.ts';
import { bytesOf, hexOf } from './testing/hex.ts';
import { nodeAesCtr } from './testing/node-aes-ctr.ts';

const name = { from: 0x1122_3344, id: 0xdead_beef };
const KEY_32 = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';

describeAesCtr('that of Node', nodeAesCtr);

it('the first counter block is id, sender and zero', () => {
  expect(hexOf(firstCounter(name))).toBe('efbeadde000000004433221100000000');
});

it.each([
  ['a text, default key', '01', '0801120948656c6c6f2054414b4801', 'ca38184116ee9338343f4b195a6e73'],
  ['TAK, default key', '01', '084e1204ff0a0b0c4800', 'ca77184ca181f458131f'],
  ['TAK, key of 32 bytes', KEY_32, '084e1204ff0a0b0c4800', '3492a4c887a88b4ac42b'],
  ['no key', '00', '084e1204ff0a0b0c4800', '084e1204ff0a0b0c4800'],
])('%s: both ways', (_, psk, plain, encrypted) => {
  const key = expandKey(bytesOf(psk));
  expect(hexOf(cryptPacket(nodeAesCtr, key, name, bytesOf(plain)))).toBe(encrypted);
  expect(hexOf(cryptPacket(nodeAesCtr, key, name, bytesOf(encrypted)))).toBe(plain);
});
