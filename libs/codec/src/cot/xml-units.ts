/**
 * The characters of a text as bytes, for reading it character by character: V8 takes four times as long to look one up in
 * the text itself.
 */
import { MAX_UTF8_BYTES, putUtf8 } from './utf8.ts';

/** What a unit may be, as bits of `unitClasses`. */
export const [NAME_START, NAME, BLANK, VALUE, TEXT] = [1, 2, 4, 8, 16] as const;
/** Stands for every character beyond ASCII. */
const BEYOND_ASCII = 0x80;

const patterns: readonly (readonly [number, RegExp])[] = [
  [NAME_START, /[A-Za-z_]/],
  [NAME, /[-.0-9A-Za-z_]/],
  [BLANK, /[\t\n\r ]/],
  [VALUE, /[^<"'\p{Cc}]|\u0080/u],
  [TEXT, /[\t\n\r]|[^<\p{Cc}]|\u0080/u],
];
/** By unit. None of them holds for the end of the text. */
export const unitClasses = Uint8Array.from({ length: BEYOND_ASCII + 1 }, (_, unit) =>
  patterns.reduce((bits, [bit, pattern]) => (pattern.test(String.fromCharCode(unit)) ? bits | bit : bits), 0),
);

/** Behind all units of a class. */
export const skip = (units: Uint8Array, start: number, unitClass: number): number => {
  let at = start;
  while (((unitClasses[units[at] ?? 0] ?? 0) & unitClass) !== 0) at += 1;
  return at;
};

// One for all texts: they are read one after the other.
let units = new Uint8Array(16_384);

/**
 * One unit for each UTF-16 unit of the text, then a 0; valid until the next call. Undefined for a text with characters
 * beyond ASCII that are unusual: C1 controls, halves of characters, what XML does not know.
 */
export const unitsOf = (text: string): Uint8Array | undefined => {
  const needed = MAX_UTF8_BYTES * text.length + 1;
  if (units.length < needed) units = new Uint8Array(needed);
  const written = putUtf8(text, units);
  if (written !== text.length && !foldCharacters(units, written)) return undefined;
  units[text.length] = 0;
  return units;
};

/** UTF-8 → units, in their place. False when a character is unusual. */
const foldCharacters = (bytes: Uint8Array, length: number): boolean => {
  let to = 0;
  for (let from = 0; from < length; to += 1) {
    const lead = bytes[from] ?? 0;
    if (lead < BEYOND_ASCII) {
      bytes[to] = lead;
      from += 1;
      continue;
    }
    bytes[to] = BEYOND_ASCII;
    if (lead < THREE_BYTES) {
      if (lead === C1_LEAD && (bytes[from + 1] ?? 0) < FIRST_AFTER_C1) return false;
      from += 2;
    } else if (lead < FOUR_BYTES) {
      // U+FFFD stands for half of a pair, too: the parser knows which.
      if (lead === LAST_LEAD && bytes[from + 1] === LAST_SECOND && (bytes[from + 2] ?? 0) >= LAST_USUAL) return false;
      from += 3;
    } else {
      to += 1;
      bytes[to] = BEYOND_ASCII;
      from += 4;
    }
  }
  return true;
};

const [THREE_BYTES, FOUR_BYTES] = [0xe0, 0xf0] as const;
/** U+0080 to U+009F. */
const [C1_LEAD, FIRST_AFTER_C1] = [0xc2, 0xa0] as const;
/** U+FFFD to U+FFFF. */
const [LAST_LEAD, LAST_SECOND, LAST_USUAL] = [0xef, 0xbf, 0xbd] as const;
