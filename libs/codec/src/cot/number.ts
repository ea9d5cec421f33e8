/** Numbers as CoT writes them. */

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+$/;
const INT32_MAX = 0x7fffffff;

/** CoT's word for "not known" in hae, ce and le: metres. */
export const UNKNOWN_M = 9999999;

/** A finite decimal, with blanks around and an exponent allowed; undefined for all else, NaN and infinities too. */
export const parseDecimal = (text: string): number | undefined => {
  const trimmed = text.trim();
  if (!DECIMAL.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
};

/** Sign and digits only, within 32 bits: `3.0`, `88%` and ` 5` are none. */
export const parseInteger = (text: string): number | undefined => {
  if (!INTEGER.test(text)) return undefined;
  const value = Number(text);
  return value >= -INT32_MAX - 1 && value <= INT32_MAX ? value : undefined;
};

/** Fixed-point, at most `digits` decimals, trailing zeros dropped, never an exponent or `-0`. */
export const buildDecimal = (value: number, digits: number): string => {
  const fixed = Math.abs(value) < 1e20 ? value.toFixed(digits) : '0';
  const short = fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
  return short === '-0' ? '0' : short;
};

/** Metres with up to 3 decimals and at least one; `9999999.0`, as ATAK writes the unknown, for what is beyond it. */
export const buildMetres = (value: number): string => {
  const text = Math.abs(value) < UNKNOWN_M ? buildDecimal(value, 3) : String(UNKNOWN_M);
  return text.includes('.') ? text : `${text}.0`;
};
