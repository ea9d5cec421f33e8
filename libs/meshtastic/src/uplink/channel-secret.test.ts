import { KeyKind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { channelHash, expandKey, openChannels } from './channel-secret.ts';
import { bytesOf, hexOf } from './testing/hex.ts';

const KEY_START = 'd4f1bb3a20290759f0bcffabcf4e69';
const KEY_32 = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';

it.each([
  ['no bytes', '', ''],
  ['the zero byte', '00', ''],
  ['the number of the default key', '01', `${KEY_START}01`],
  ['the number 2', '02', `${KEY_START}02`],
  ['the number 255', 'ff', `${KEY_START}ff`],
  ['a short key', '0102030405', `0102030405${'00'.repeat(11)}`],
  ['two zero bytes', '0000', '00'.repeat(16)],
  ['16 bytes', KEY_32.slice(0, 32), KEY_32.slice(0, 32)],
  ['17 bytes', KEY_32.slice(0, 34), `${KEY_32.slice(0, 34)}${'00'.repeat(15)}`],
  ['32 bytes', KEY_32, KEY_32],
  ['33 bytes', `${KEY_32}ff`, KEY_32],
])('the key of %s', (_, psk, key) => {
  expect(hexOf(expandKey(bytesOf(psk)))).toBe(key);
});

describe('the hash of a channel', () => {
  it.each([
    ['LongFast', 8],
    ['LongSlow', 15],
    ['LongMod', 110],
    ['LongTurbo', 118],
    ['MediumSlow', 24],
    ['MediumFast', 31],
    ['MediumTurbo', 97],
    ['ShortFast', 112],
    ['ShortSlow', 119],
    ['ShortTurbo', 14],
    ['LiteFast', 22],
    ['NarrowSlow', 18],
    ['TinyFast', 8],
    ['Custom', 49],
    ['admin', 109],
    ['mqtt', 30],
    ['TAK', 92],
    ['', 2],
  ])('%j with the default key is %i', (name, hash) => {
    expect(channelHash(name, expandKey(Uint8Array.of(1)))).toBe(hash);
    expect(channelHash(name, new Uint8Array())).toBe(hash ^ 2);
  });

  it('covers all bytes of a long key', () => {
    expect(channelHash('TAK', bytesOf(KEY_32))).toBe(94 ^ (92 ^ 2) ^ channelHash('TAK', new Uint8Array()));
    expect(channelHash('TAK', bytesOf(KEY_32))).toBe(94);
  });

  it('covers names beyond ASCII by their UTF-8', () => {
    expect(channelHash('ö', new Uint8Array())).toBe(0xc3 ^ 0xb6);
  });
});

describe('channels', () => {
  it('without a key use that of the primary, unless they want none', () => {
    const channels = openChannels([
      { name: 'TAK', psk: bytesOf(KEY_32) },
      { name: 'second', psk: new Uint8Array() },
      { name: 'open', psk: Uint8Array.of(0) },
      { name: 'LongFast', psk: Uint8Array.of(1) },
    ]);
    expect(channels.map(({ index, name, key, keyKind }) => [index, name, hexOf(key), keyKind])).toEqual([
      [0, 'TAK', KEY_32, KeyKind.PRIVATE],
      [1, 'second', KEY_32, KeyKind.PRIVATE],
      [2, 'open', '', KeyKind.NONE],
      [3, 'LongFast', `${KEY_START}01`, KeyKind.DEFAULT],
    ]);
    expect(channels.map(({ hash }) => hash)).toEqual([94, expect.any(Number), expect.any(Number), 8]);
  });

  it('are open when the primary is and they have no key', () => {
    const [primary, secondary] = openChannels([
      { name: 'a', psk: new Uint8Array() },
      { name: 'b', psk: new Uint8Array() },
    ]);
    expect([primary?.keyKind, secondary?.keyKind]).toEqual([KeyKind.NONE, KeyKind.NONE]);
  });
});
