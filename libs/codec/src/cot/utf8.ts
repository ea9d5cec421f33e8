/** Texts as bytes, without a copy of them. */

/** Of the platform; every Node and browser has it. */
declare const TextEncoder: new () => {
  readonly encodeInto: (text: string, to: Uint8Array) => { readonly read: number; readonly written: number };
};

const encoder = new TextEncoder();

/** True when the text is ASCII and fits, and stands at the start of `to` now; otherwise something else stands there. */
export const putAscii = (text: string, to: Uint8Array): boolean => {
  const { read, written } = encoder.encodeInto(text, to);
  return read === text.length && written === text.length;
};

/** Of one UTF-16 unit: half of a pair takes two of four. */
export const MAX_UTF8_BYTES = 3;

/** @returns bytes of the text, which stand at the start of `to` now, half of a pair as U+FFFD. @param to room for them */
export const putUtf8 = (text: string, to: Uint8Array): number => encoder.encodeInto(text, to).written;

/** Bytes of a text in UTF-8, without encoding it. */
export const utf8Bytes = (text: string): number => {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    // Half of a pair counts two, both together four; one alone is written as U+FFFD, three.
    if (unit >= 0x800) bytes += isPaired(text, at, unit) ? 1 : 2;
    else if (unit >= 0x80) bytes += 1;
  }
  return bytes;
};

const isPaired = (text: string, at: number, unit: number): boolean => {
  if (unit < 0xd800 || unit > 0xdfff) return false;
  const other = text.charCodeAt(unit < 0xdc00 ? at + 1 : at - 1);
  return unit < 0xdc00 ? other >= 0xdc00 && other <= 0xdfff : other >= 0xd800 && other <= 0xdbff;
};
