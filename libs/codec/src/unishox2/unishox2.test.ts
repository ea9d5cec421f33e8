import { getTextEncoding } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropIllegal } from '../cot/element.ts';
import { MAX_UNISHOX2_BYTES } from '../limits.ts';
import { bytesOf } from '../testing/samples.ts';
import { decodeUnishox2 } from './decode.ts';
import { encodeUnishox2 } from './encode.ts';

const utf8 = (text: string): Uint8Array => getTextEncoding().encodeUtf8(text);
const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
const decodeText = (hex: string): string | undefined => {
  const bytes = decodeUnishox2(bytesOf(hex));
  return bytes && getTextEncoding().decodeUtf8(bytes);
};

/** What the encoder of firmware 2.7 makes of texts. */
const vectors: readonly (readonly [text: string, hex: string])[] = [
  ['', '97'],
  ['a', 'c9'],
  ['e', 'b2'],
  ['A', '8497'],
  ['Hello', '8767c714'],
  ['hello world', 'f67c714bdeb7c745'],
  ['HELLO', '80767c7145'],
  ['All Chat Rooms', '84f1c20e7b4c20dd579d17'],
  ['FALKE', '807c4f1f6c'],
  ['VIPER 01', '807d5f87b04513'],
  ['VIPER-1', '807d5f87b02d14ff'],
  ['Alpha-1', '84f1e3b4968a7f'],
  ['Éclair-9', '9e044f3c4decb455'],
  ['ANDROID-e612f0e922b56a63', '804e75babe80b445673097874915ab5319'],
  ['ANDROID-e7e455b40002429d', '804e75babe80b445673f22ada0001214e9'],
  [
    'ANDROID-e612f0e922b56a63|9c1e6f1a-2f0d-4b7e-8a9b-0c1d2e3f4a5b',
    '804e75babe80b445673097874915ab5318fc9149383cde345a2280bc34b445025bf1688a08a9b2d1150183a5c7e94b65',
  ],
  ['9c1e6f1a-2f0d-4b7e-8a9b-0c1d2e3f4a5b', '91a7079bc68bc352dfa2a6c3074b8fd296cb'],
  ['9C1E6F1A-2F0D-4B7E-8A9B-0C1D2E3F4A5B', '91e9c1e6f1a2f0d4b7e8a9b0c1d2e3f4a5b2'],
  ['On my way to checkpoint 3', '8562f3f2bde7e5452e7b3e7efc55e422e3'],
  ['Hello from the ridge, moving north', '8767c714be375e54766b77d7b324bcd7d5e7b2cadc76'],
  ['12345', '94df1ce7'],
  ['aaaaaaaaaa', '914d5555555554'],
  ['2026-08-21T12:34:56.789Z', '900809910a4d2b3c49'],
  ['(555) 123-4567', '90c155448d159c'],
  ['deadbeefcafe', '9151bd5b7ddf95fc'],
  ['DEADBEEFCAFE', '91d46f56df77e57f17'],
  ['Grüße aus München', '87b6c140bc5dfc353df483c9c7739ecf0b'],
  ['привет', '8287fe02908c061b'],
  ['🚁 inbound', '9fc05320abcf55df3a'],
  ['line1\nline2', 'f178ca47038bc657'],
  ['the cat and the cat and the cat', 'c766b998539d2347219485'],
  ['"key": "value"', '89f6fe47f7ea78eec4'],
  ['test TEST test', 'c3d4208061a0850f50'],
  [
    'ACK:D:9c1e6f1a-2f0d-4b7e-8a9b-0c1d2e3f4a5b',
    '848721f6361d0d9149383cde345a2280bc34b445025bf1688a08a9b2d1150183a5c7e94b65',
  ],
];

describe('Unishox2', () => {
  it.each(vectors)('%j is decoded as firmware wrote it', (text, hex) => {
    expect(decodeText(hex)).toBe(text);
  });

  it.each(vectors)('%j is encoded as firmware does', (text, hex) => {
    expect(hexOf(encodeUnishox2(utf8(text)))).toBe(hex);
  });

  it.each([
    ['a uid', '804e75babe80b445673f22ada0', 'ANDROID-e7e455b4'],
    ['a line', '87b6c140b657fc347c4519167a3d211f47d3bac20e', 'Größe ≥ 5 — ét'],
  ])('what is left of %s that was cut at a zero byte is read', (_, hex, text) => {
    expect(decodeText(hex)).toBe(text);
  });

  it('holds its way back for any text', () => {
    const word = fc.constantFrom(
      'ALPHA',
      'checkpoint',
      '12345678901',
      'ff00ff',
      'DEADBEEF',
      '12:34:56',
      '://',
      '="',
      '": "',
    );
    const piece = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
      word,
      fc.constant('\r\n'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const bytes = utf8(dropIllegal(pieces.join('')));
        expect(decodeUnishox2(encodeUnishox2(bytes))).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('holds its way back for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 199 }), (bytes) => {
        expect(decodeUnishox2(encodeUnishox2(bytes))).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });
});

describe('hostile Unishox2', () => {
  it.each([
    ['a copy from before the start', '98000000'],
    ['a repeat of nothing', '97f0'],
    ['a code point below zero', '9d04'],
    ['a code point beyond the last', '9df7ffff80'],
    ['a run of no digits', '9100'],
    ['a template shorter than nothing', '9060a0'],
    ['a template that does not exist', '90f0'],
  ])('with %s is refused', (_, hex) => {
    expect(decodeUnishox2(bytesOf(hex))).toBeUndefined();
  });

  it('cannot say more than the bound', () => {
    const said = (length: number) => encodeUnishox2(utf8('x'.repeat(length)));
    expect(said(60_000).length).toBeLessThan(10);
    expect(decodeUnishox2(said(60_000))).toBeUndefined();
    expect(decodeUnishox2(said(MAX_UNISHOX2_BYTES))).toHaveLength(MAX_UNISHOX2_BYTES);
    expect(decodeUnishox2(said(MAX_UNISHOX2_BYTES + 1))).toBeUndefined();
  });

  it('ends with any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeUnishox2(bytes)?.length ?? 0).toBeLessThanOrEqual(MAX_UNISHOX2_BYTES);
      }),
      { numRuns: 1000 },
    );
  });
});
