/** Text from outside, made harmless for terminals and one line long. */

// Control characters (C0, DEL, C1), line and paragraph separators, bidirectional marks and overrides, lone surrogates.
const UNPRINTABLE =
  /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Writes every character that could move a cursor, start a line or turn the text around as `\uXXXX`. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, escape);
