/** Text of XML files in the encodings that programs for maps write. */

/** Labels that stand in declarations, or are said by the first bytes. */
const ENCODINGS: ReadonlySet<string> = new Set([
  'utf-8',
  'utf-16le',
  'utf-16be',
  'iso-8859-1',
  'windows-1252',
  'us-ascii',
]);
/** The declaration stands at the very beginning. */
const MAX_DECLARATION = 200;

/** Undefined for bytes that are no text of the encoding that they say to have; UTF-8 where they say none. */
export const readXmlText = (bytes: Uint8Array): string | undefined => {
  const encoding = encodingOf(bytes);
  if (!ENCODINGS.has(encoding)) return undefined;
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const encodingOf = (bytes: Uint8Array): string => {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const start = String.fromCharCode(...bytes.subarray(0, MAX_DECLARATION));
  const [, declared = 'utf-8'] = /^<\?xml[^>]*\sencoding=["']([\w-]+)["']/.exec(start) ?? [];
  // What is declared as UTF-16 and read as single bytes up to here is none.
  return /^utf-16/i.test(declared) ? 'utf-8' : declared.toLowerCase();
};
