import { base64Encode } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseKeyText } from './key-text.ts';
import { hexOf } from './testing/hex.ts';

const DEFAULT = 'd4f1bb3a20290759f0bcffabcf4e6901';
const KEY_32 = Array.from({ length: 32 }, (_, byte) => byte.toString(16).padStart(2, '0')).join('');

describe('the text of a key', () => {
  it.each([
    ['', ''],
    ['none', ''],
    ['unencrypted', ''],
    ['default', '01'],
    ['Default ', '01'],
    ['simple0', '01'],
    ['simple1', '02'],
    ['simple10', '0b'],
    ['0', '00'],
    ['1', '01'],
    ['255', 'ff'],
    ['AQ==', '01'],
    ['AQ', '01'],
    ['AA==', '00'],
    ['base64:AQ==', '01'],
    ['base64:AAECAwQF', '000102030405'],
    ['0x01', '01'],
    ['0x', ''],
    ['hex:0102030405', '0102030405'],
    ['1PG7OiApB1nwvP+rz05pAQ==', DEFAULT],
    ['1PG7OiApB1nwvP-rz05pAQ', DEFAULT],
    [DEFAULT, DEFAULT],
    [DEFAULT.toUpperCase(), DEFAULT],
    [KEY_32, KEY_32],
    [`0x${KEY_32}`, KEY_32],
  ])('%j is the key %s', (text, hex) => {
    const reading = parseKeyText(text);
    expect(reading.ok && hexOf(reading.psk)).toBe(hex);
  });

  it.each([
    ['simple11', 'key_garbled'],
    ['simple x', 'key_garbled'],
    ['password', 'key_garbled'],
    ['AAECAwQF', 'key_garbled'],
    ['256', 'key_garbled'],
    ['0x012', 'key_garbled'],
    ['AQ==AQ==', 'key_garbled'],
    ['ä', 'key_garbled'],
    ['my secret', 'key_garbled'],
    [`0x${KEY_32}00`, 'key_too_long'],
    ['A'.repeat(44), 'key_too_long'],
  ])('%j ends %s, and the reason does not tell it', (text, reason) => {
    const reading = parseKeyText(text);
    expect(reading).toMatchObject({ ok: false, reason });
    expect(JSON.stringify(reading)).not.toContain(text.slice(0, 40));
  });

  it('of any bytes in base64 gives these bytes', () => {
    const psk = fc.uint8Array({ minLength: 1, maxLength: 32 });
    fc.assert(
      fc.property(psk, fc.constantFrom('std', 'std_raw', 'url'), (bytes, encoding) => {
        expect(parseKeyText(`base64:${base64Encode(bytes, encoding)}`)).toEqual({ ok: true, psk: bytes });
      }),
    );
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const reading = parseKeyText(text);
        expect(reading.ok ? reading.psk.length <= 32 : reading.reason.startsWith('key_')).toBe(true);
      }),
    );
  });
});
