import { KeyKind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { keyKind } from './channel-key.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const DEFAULT = 'd4f1bb3a20290759f0bcffabcf4e6901';

describe('keyKind', () => {
  it.each([
    ['no key', '', KeyKind.NONE],
    ['the zero byte', '00', KeyKind.NONE],
    ['the short default key', '01', KeyKind.DEFAULT],
    ['any other short key', 'ff', KeyKind.DEFAULT],
    ['the default key', DEFAULT, KeyKind.DEFAULT],
    ['the default key with another last byte', `${DEFAULT.slice(0, 30)}0a`, KeyKind.DEFAULT],
    ['the default key with another first byte', `d5${DEFAULT.slice(2)}`, KeyKind.PRIVATE],
    ['the default key with another fifteenth byte', `${DEFAULT.slice(0, 28)}6801`, KeyKind.PRIVATE],
    ['16 bytes of its own', '000102030405060708090a0b0c0d0e0f', KeyKind.PRIVATE],
    ['32 bytes that start like the default key', DEFAULT + DEFAULT, KeyKind.PRIVATE],
    ['two bytes', '0000', KeyKind.PRIVATE],
  ])('%s (%s)', (_, hex, kind) => {
    expect(keyKind(bytes(hex))).toBe(kind);
  });
});
