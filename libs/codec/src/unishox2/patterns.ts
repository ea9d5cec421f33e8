/** What the encoder of firmware up to 2.7 looks for at a place in the bytes. */
import {
  GUID_HYPHENS,
  GUID_LENGTH,
  NIBBLES_GUID_LOWER,
  NIBBLES_GUID_UPPER,
  NIBBLES_LOWER,
  NIBBLES_UPPER,
  NICE_LENGTH,
  digitBits,
  templates,
} from './code-tables.ts';

const isContinuation = (byte: number): boolean => byte >> 6 === 2;

/** The longest earlier match of more than `NICE_LENGTH` bytes that does not reach into its copy; the nearest of equals. */
export const findCopy = (bytes: Uint8Array, at: number): { length: number; distance: number } | undefined => {
  if (at > bytes.length - NICE_LENGTH) return undefined;
  let found = { length: NICE_LENGTH, distance: 0 };
  for (let from = at - NICE_LENGTH; from >= 0; from -= 1) {
    let end = at;
    while (end < bytes.length && from + end - at < at && bytes[end] === bytes[from + end - at]) end += 1;
    // Half a character is no match.
    while (end > at && isContinuation(bytes[end] ?? 0)) end -= 1;
    if (end - at > found.length) found = { length: end - at, distance: at - from };
  }
  return found.distance === 0 ? undefined : found;
};

/** How many bytes from `at` on are the one before, at least four, else 0. */
export const findRun = (bytes: Uint8Array, at: number): number => {
  if (at === 0 || at >= bytes.length - 4) return 0;
  let end = at;
  while (end < bytes.length && bytes[end] === bytes[at - 1]) end += 1;
  return end - at < 4 ? 0 : end - at;
};

const NOT_HEX = 0;
const DIGIT = 1;
const LOWER = 2;
const UPPER = 3;

const hexKind = (byte: number | undefined = 0): number => {
  if (byte >= 48 && byte <= 57) return DIGIT;
  if (byte >= 97 && byte <= 102) return LOWER;
  return byte >= 65 && byte <= 70 ? UPPER : NOT_HEX;
};

export interface HexRun {
  readonly length: number;
  readonly kind: number;
}

/** Only at the start of the text. */
export const findGuid = (bytes: Uint8Array, at: number): HexRun | undefined => {
  if (at !== 0 || bytes.length < GUID_LENGTH || GUID_HYPHENS.some((i) => bytes[i] !== 0x2d)) return undefined;
  let letters = DIGIT;
  for (let i = 0; i < GUID_LENGTH; i += 1) {
    if (GUID_HYPHENS.includes(i)) continue;
    const kind = hexKind(bytes[i]);
    if (kind === NOT_HEX || (kind !== DIGIT && letters !== DIGIT && kind !== letters)) return undefined;
    letters = Math.max(letters, kind);
  }
  return { length: GUID_LENGTH, kind: letters === LOWER ? NIBBLES_GUID_LOWER : NIBBLES_GUID_UPPER };
};

const MIN_HEX = 4;
const MANY_DIGITS = 10;

/** Digits and letters of one case, or many digits. */
export const findHex = (bytes: Uint8Array, at: number): HexRun | undefined => {
  if (at >= bytes.length - NICE_LENGTH) return undefined;
  let letters = DIGIT;
  let end = at;
  for (; end < bytes.length; end += 1) {
    const kind = hexKind(bytes[end]);
    if (kind === NOT_HEX || (kind !== DIGIT && letters !== DIGIT && kind !== letters)) break;
    letters = Math.max(letters, kind);
  }
  const length = end - at;
  if (letters === DIGIT && length > MANY_DIGITS) letters = LOWER;
  return letters === DIGIT || length < MIN_HEX
    ? undefined
    : { length, kind: letters === LOWER ? NIBBLES_LOWER : NIBBLES_UPPER };
};

/** A template counts from two thirds of its length on. */
const TEMPLATE_SHARE = 0.66;

/** All templates begin with it or with a digit. */
const OPENING = 0x28;

export const findTemplate = (bytes: Uint8Array, at: number): { number: number; length: number } | undefined => {
  const first = bytes[at] ?? 0;
  if (first !== OPENING && hexKind(first) !== DIGIT) return undefined;
  for (let number = 0; number < templates.length; number += 1) {
    const template = templates[number] ?? '';
    let length = 0;
    while (length < template.length && fits(template.charAt(length), bytes[at + length])) length += 1;
    if (length / template.length > TEMPLATE_SHARE) return { number, length };
  }
  return undefined;
};

const fits = (digit: string, byte: number | undefined): boolean => {
  if (byte === undefined) return false;
  const bits = digitBits(digit);
  if (bits === undefined) return byte === digit.charCodeAt(0);
  const kind = hexKind(byte);
  if (bits === 4) return kind === DIGIT || kind === (digit === 'f' ? LOWER : UPPER);
  return kind === DIGIT && byte - 48 < 1 << bits;
};

/** The least code point of a character of so many bytes: what could be said shorter is no UTF-8. */
const leastOfLength: readonly number[] = [0, 0, 0x80, 0x800, 0x10000];

const lengthOf = (first: number): number => {
  if (first < 0xc0 || first > 0xf7) return 0;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
};

/** A character beyond ASCII; undefined when there is none. */
export const readCodePoint = (bytes: Uint8Array, at: number): { codePoint: number; length: number } | undefined => {
  const first = bytes[at] ?? 0;
  const length = lengthOf(first);
  if (length === 0 || at + length > bytes.length) return undefined;
  let codePoint = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i += 1) {
    const byte = bytes[at + i] ?? 0;
    if (!isContinuation(byte)) return undefined;
    codePoint = (codePoint << 6) | (byte & 0x3f);
  }
  return codePoint < (leastOfLength[length] ?? 0) || codePoint > 0x10ffff ? undefined : { codePoint, length };
};

/** Bytes from `at` on that neither begin a character nor are the second of five equal ones. */
export const binaryLength = (bytes: Uint8Array, at: number): number => {
  let end = at + 1;
  while (end < bytes.length && readCodePoint(bytes, end) === undefined && findRun(bytes, end) === 0) end += 1;
  return end - at;
};
