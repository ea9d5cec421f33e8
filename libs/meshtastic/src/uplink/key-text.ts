/** Channel keys as people write them. */
import { base64Decode } from '@bufbuild/protobuf/wire';

/** AES-256; the firmware has room for no more. */
const MAX_KEY_BYTES = 32;
/** Numbers of the keys that everybody knows, as the phone apps offer them. */
const MAX_SIMPLE = 10;

const NONE = /^(?:|none|unencrypted)$/i;
const SIMPLE = /^simple(\d{1,2})$/i;
const NUMBER = /^\d{1,3}$/;
/** Without a prefix only the lengths of AES keys are taken for hex: those digits could be base64 as well. */
const HEX = /^(?:(?:0x|hex:)((?:[0-9a-f]{2})*)|([0-9a-f]{32}|[0-9a-f]{64}))$/i;
const BASE64 = /^(base64:)?([A-Za-z0-9+/_-]+)={0,2}$/;
/** Lengths that apps write. A key of another length without a prefix is rather a password, which is no key. */
const usualBytes: ReadonlySet<number> = new Set([1, 16, 32]);

const EXPECTED = 'expected base64 of 1, 16 or 32 bytes, hex, "default", "none", "simple0" to "simple10" or a number';

export type KeyTextReading =
  | { readonly ok: true; readonly psk: Uint8Array }
  | {
      readonly ok: false;
      readonly reason: 'key_garbled' | 'key_too_long';
      /** Never holds the key. */
      readonly detail: string;
    };

/**
 * ChannelSettings.psk of a text: `none`, `default`, `simple0` to `simple10`, the key's number `0` to `255`, hex (`0x…`,
 * `hex:…`, or 32 or 64 digits), or base64 (of both alphabets, padded or not) of 1, 16 or 32 bytes, such as `AQ==`;
 * with `base64:` in front, of any length.
 * `simple n` is the key number n + 1, as in the phone apps.
 */
export const parseKeyText = (text: string): KeyTextReading => {
  const trimmed = text.trim();
  if (NONE.test(trimmed)) return key(new Uint8Array());
  if (/^default$/i.test(trimmed)) return key(Uint8Array.of(1));
  const simple = SIMPLE.exec(trimmed)?.[1];
  if (simple !== undefined) {
    return Number(simple) > MAX_SIMPLE
      ? garbled(`expected simple0 to simple${MAX_SIMPLE}`)
      : key(Uint8Array.of(Number(simple) + 1));
  }
  if (NUMBER.test(trimmed)) {
    return Number(trimmed) > 255 ? garbled('expected a number from 0 to 255') : key(Uint8Array.of(Number(trimmed)));
  }
  const hex = HEX.exec(trimmed);
  return hex === null ? base64(trimmed) : key(bytesOfHex(hex[1] ?? hex[2] ?? ''));
};

const base64 = (text: string): KeyTextReading => {
  const [, prefix, digits] = BASE64.exec(text) ?? [];
  // One digit alone is six bits: no byte.
  if (digits === undefined || digits.length % 4 === 1) return garbled(EXPECTED);
  const psk = base64Decode(digits.padEnd(Math.ceil(digits.length / 4) * 4, '='));
  return prefix === undefined && psk.length <= MAX_KEY_BYTES && !usualBytes.has(psk.length)
    ? garbled(EXPECTED)
    : key(psk);
};

const bytesOfHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

const key = (psk: Uint8Array): KeyTextReading =>
  psk.length > MAX_KEY_BYTES
    ? { ok: false, reason: 'key_too_long', detail: `${psk.length} of ${MAX_KEY_BYTES} bytes` }
    : { ok: true, psk };

const garbled = (detail: string): KeyTextReading => ({ ok: false, reason: 'key_garbled', detail });
