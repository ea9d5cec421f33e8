/**
 * The characters of a text as bytes, for reading it character by character: V8 takes four times as long to look one up in
 * the text itself.
 */
import { codeAt } from './code-at.ts';
import { putAscii } from './utf8.ts';

/** What a unit may be, as bits of `unitClasses`. */
export const [NAME_START, NAME, BLANK, VALUE, TEXT] = [1, 2, 4, 8, 16] as const;
/** Stands for every character beyond ASCII. */
const BEYOND_ASCII = 0x80;

const patterns: readonly (readonly [number, RegExp])[] = [
  [NAME_START, /[A-Za-z_]/],
  [NAME, /[-.0-9A-Za-z_]/],
  [BLANK, /[\t\n ]/],
  [VALUE, /[^<"'\p{Cc}]|\u0080/u],
  [TEXT, /[\t\n]|[^<\p{Cc}]|\u0080/u],
];
/** By unit. None of them holds for the end of the text. */
export const unitClasses = Uint8Array.from({ length: BEYOND_ASCII + 1 }, (_, unit) =>
  patterns.reduce((bits, [bit, pattern]) => (pattern.test(String.fromCharCode(unit)) ? bits | bit : bits), 0),
);

/** Controls, halves of characters and what XML does not know. */
const UNUSUAL = /[^\t\n\r -~\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

// One for all texts: they are read one after the other.
let units = new Uint8Array(4096);

/**
 * One unit for each UTF-16 unit of the text, then a 0; valid until the next call. Undefined for a text with characters
 * beyond ASCII that are unusual.
 */
export const unitsOf = (text: string): Uint8Array | undefined => {
  if (units.length <= text.length) units = new Uint8Array(2 * text.length);
  const isAscii = putAscii(text, units);
  units[text.length] = 0;
  if (isAscii) return units;
  if (UNUSUAL.test(text)) return undefined;
  for (let at = 0; at < text.length; at += 1) units[at] = Math.min(codeAt(text, at), BEYOND_ASCII);
  return units;
};
