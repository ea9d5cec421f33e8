import { getTextEncoding } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutText } from './cut-text.ts';

const bytes = (text: string): number => getTextEncoding().encodeUtf8(text).length;

describe('cutText', () => {
  it.each<[string, number, string]>([
    ['', 5, ''],
    ['12345', 5, '12345'],
    ['123456', 5, '12…'],
    ['1 3456', 5, '1…'],
    ['éé', 4, 'éé'],
    ['ééé', 5, 'é…'],
    ['🦊🦊', 7, '🦊…'],
    ['🦊🦊', 6, '…'],
    // A letter with its accent, an emoji with its skin tone, a family.
    ['abe\u0301xyz', 6, 'ab…'],
    ['a👍🏽bcdefg', 9, 'a…'],
    ['👩‍👩‍👧‍👦 family', 24, '…'],
  ])('keeps %j within %i bytes', (text, maxBytes, cut) => {
    expect(cutText(text, maxBytes)).toEqual({ text: cut, isCut: text !== cut });
  });

  it('never exceeds the bound and says truly whether it cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), fc.integer({ min: 3, max: 200 }), (text, max) => {
        const { text: cut, isCut } = cutText(text, max);
        expect(bytes(cut)).toBeLessThanOrEqual(max);
        expect(isCut).toBe(bytes(text) > max);
        expect(isCut ? text.startsWith(cut.slice(0, -1)) : cut === text).toBe(true);
      }),
    );
  });

  it('takes time for what it keeps, not for what it is given', () => {
    expect(bytes(cutText('é'.repeat(1_000_000), 200).text)).toBe(199);
  });
});
