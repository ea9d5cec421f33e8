/** Texts of V1: UTF-8, or Unishox2 of it. */
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { decodeUnishox2 } from '../unishox2/decode.ts';

const REPLACEMENT = '\uFFFD';
const MAGIC_BIT = 0x80;
/** A radio in a TAK role compresses what a phone has compressed already. */
const MAX_LAYERS = 2;

/**
 * The text of a field; undefined for what is neither UTF-8 nor Unishox2. The packet's word for it is not enough: apps
 * mark plain texts as compressed, and radios hand out texts as plain of which they undid one layer of two. Unishox2
 * always begins with a set bit.
 */
export const readText = (bytes: Uint8Array, isCompressed: boolean): string | undefined => {
  let layer = bytes;
  for (let depth = 0; depth < MAX_LAYERS; depth += 1) {
    const isMarked = isCompressed && depth === 0;
    const hasMagic = ((layer[0] ?? 0) & MAGIC_BIT) !== 0;
    const text = plainText(layer);
    if (text !== undefined && !(isMarked && hasMagic)) return text;
    if (!hasMagic) break;
    const inner = decodeUnishox2(layer);
    if (inner === undefined) return text;
    layer = inner;
  }
  return getTextEncoding().decodeUtf8(layer);
};

/** Undefined when it is no UTF-8. A last character that was cut by a bound in bytes is left out. */
const plainText = (bytes: Uint8Array): string | undefined => {
  const text = getTextEncoding().decodeUtf8(bytes);
  if (!text.includes(REPLACEMENT) || isUtf8(bytes)) return text;
  const whole = text.endsWith(REPLACEMENT) ? text.slice(0, -1) : text;
  return whole === '' || whole.includes(REPLACEMENT) ? undefined : whole;
};

/** The replacement may have been written: apps do so for what they could not read. */
const isUtf8 = (bytes: Uint8Array): boolean => {
  try {
    getTextEncoding().decodeUtf8(bytes, true);
    return true;
  } catch {
    return false;
  }
};
