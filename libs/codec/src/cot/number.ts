/** Numbers as CoT writes them. */
import { codeAt } from './code-at.ts';

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+$/;
const INT32_MAX = 0x7fffffff;
const UINT32_MAX = 0xffffffff;

/** CoT's word for "not known" in hae, ce and le: metres. */
export const UNKNOWN_M = 9999999;

/** A finite decimal, with blanks around and an exponent allowed; undefined for all else, NaN and infinities too. */
export const parseDecimal = (text: string): number | undefined => {
  const plain = parsePlain(text);
  if (!Number.isNaN(plain)) return plain;
  if (text === '' || !(DECIMAL.test(text) || DECIMAL.test(text.trim()))) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
};

const [MINUS, POINT, DIGIT_0] = [0x2d, 0x2e, 0x30] as const;
/** Digits that an exact number can hold, whatever they are. */
const EXACT_DIGITS = 15;

/**
 * Digits, perhaps with a sign and a point: what clients write. Not a number for all else. The quotient of two exact
 * numbers is the nearest one there is, which is what `Number` gives, in a fifth of its time.
 */
const parsePlain = (text: string): number => {
  const isNegative = codeAt(text, 0) === MINUS;
  let at = isNegative ? 1 : 0;
  if (text.length === at || text.length - at > EXACT_DIGITS) return Number.NaN;
  let value = 0;
  let power = 0;
  for (; at < text.length; at += 1) {
    const digit = codeAt(text, at) - DIGIT_0;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      power *= 10;
    } else if (digit === POINT - DIGIT_0 && power === 0) power = 1;
    else return Number.NaN;
  }
  // A point alone is no number; neither this nor that is common enough to be read here.
  if (power === 1) return Number.NaN;
  const size = power === 0 ? value : value / power;
  return isNegative ? -size : size;
};

/** Sign and digits only, within 32 bits: `3.0`, `88%` and ` 5` are none. */
export const parseInteger = (text: string): number | undefined => {
  const value = parseInteger32(text);
  return value === undefined || value > INT32_MAX ? undefined : value;
};

/** As `parseInteger`, for bits that some write signed and some unsigned: -2147483648 to 4294967295. */
export const parseInteger32 = (text: string): number | undefined => {
  if (!INTEGER.test(text)) return undefined;
  const value = Number(text);
  return value >= -INT32_MAX - 1 && value <= UINT32_MAX ? value : undefined;
};

const POWERS = [1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7] as const;

/** Fixed-point, at most `digits` (0 to 7) decimals, trailing zeros dropped, never an exponent or `-0`. */
export const buildDecimal = (value: number, digits: number): string => {
  const scaled = Math.round(value * (POWERS[digits] ?? 1));
  return Number.isSafeInteger(scaled) ? buildScaled(scaled, digits) : buildLarge(value);
};

/** An integer in units of 10^-digits: `buildScaled(-1234500, 7)` is `-0.12345`. */
export const buildScaled = (scaled: number, digits: number): string => {
  const power = POWERS[digits] ?? 1;
  const size = Math.abs(scaled);
  const whole = Math.floor(size / power);
  // Of at most seven digits: 32 bits hold it.
  let fraction = (size - whole * power) | 0;
  const sign = scaled < 0 ? '-' : '';
  if (fraction === 0) return `${sign}${whole}`;
  let places = digits;
  while (fraction % 10 === 0) {
    fraction = (fraction / 10) | 0;
    places -= 1;
  }
  return `${sign}${whole}.${String(fraction).padStart(places, '0')}`;
};

/** Beyond the exact: whole numbers up to where JavaScript starts to write exponents. */
const buildLarge = (value: number): string => (Math.abs(value) < 1e20 ? value.toFixed(0) : '0');

/** Metres with up to 3 decimals and at least one; `9999999.0`, as ATAK writes the unknown, for what is beyond it. */
export const buildMetres = (value: number): string => {
  const text = Math.abs(value) < UNKNOWN_M ? buildDecimal(value, 3) : String(UNKNOWN_M);
  return text.includes('.') ? text : `${text}.0`;
};
