/** What every AES-CTR that is handed to the uplink has to do. */
import { describe, expect, it } from 'vitest';
import type { AesCtr } from '../packet-cipher.ts';
import { bytesOf, hexOf } from './hex.ts';

/** NIST SP 800-38A, F.5.1 and F.5.5: the counter carries over from its last byte within them. */
const NIST_COUNTER = 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff';
const NIST_PLAIN = '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51';
const DEFAULT_KEY = 'd4f1bb3a20290759f0bcffabcf4e6901';

const vectors = [
  [
    'AES-128 over two blocks',
    '2b7e151628aed2a6abf7158809cf4f3c',
    NIST_COUNTER,
    NIST_PLAIN,
    '874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff',
  ],
  [
    'AES-256 over two blocks',
    '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
    NIST_COUNTER,
    NIST_PLAIN,
    '601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5',
  ],
  [
    'the key stream of a packet, over a part of a block',
    DEFAULT_KEY,
    'efbeadde000000004433221100000000',
    '00'.repeat(40),
    'c2390a485e8bff545b1f1f58112672f1348ac23925e9923b5168b96248c3218e26e5db0926786b6a',
  ],
  ['no bytes', DEFAULT_KEY, NIST_COUNTER, '', ''],
] as const;

export const describeAesCtr = (name: string, aesCtr: AesCtr): void => {
  describe(`${name} as AES-CTR`, () => {
    it.each(vectors)('gives %s', (_, key, counter, plain, encrypted) => {
      expect(hexOf(aesCtr(bytesOf(key), bytesOf(counter), bytesOf(plain)))).toBe(encrypted);
      expect(hexOf(aesCtr(bytesOf(key), bytesOf(counter), bytesOf(encrypted)))).toBe(plain);
    });

    it('leaves what it was given as it was', () => {
      const given = [bytesOf(DEFAULT_KEY), bytesOf(NIST_COUNTER), bytesOf(NIST_PLAIN)] as const;
      aesCtr(...given).fill(0);
      expect(given.map(hexOf)).toEqual([DEFAULT_KEY, NIST_COUNTER, NIST_PLAIN]);
    });
  });
};
