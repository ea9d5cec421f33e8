/** How secret a channel's key is, without the key. */
import { KeyKind } from '@cotbus/contracts';

/** The key that every radio is delivered with, but for its last byte: a one-byte key n stands for last byte 01 + n - 1. */
const DEFAULT_KEY_START = Uint8Array.of(
  0xd4,
  0xf1,
  0xbb,
  0x3a,
  0x20,
  0x29,
  0x07,
  0x59,
  0xf0,
  0xbc,
  0xff,
  0xab,
  0xcf,
  0x4e,
  0x69,
);

/** @param psk ChannelSettings.psk: empty or a zero byte = not encrypted, one byte = a key that everybody knows. */
export const keyKind = (psk: Uint8Array): KeyKind => {
  if (psk.length === 0 || (psk.length === 1 && psk[0] === 0)) return KeyKind.NONE;
  const known =
    psk.length === 1 || (psk.length === 16 && DEFAULT_KEY_START.every((byte, index) => psk[index] === byte));
  return known ? KeyKind.DEFAULT : KeyKind.PRIVATE;
};
