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
