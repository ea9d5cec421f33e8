/** Texts that firmware bounds in bytes of UTF-8. */
import { getTextEncoding } from '@bufbuild/protobuf/wire';

const ELLIPSIS = '…';
const ELLIPSIS_BYTES = 3;
/** UTF-16 units that never make more than three bytes. */
const MAX_UNIT_BYTES = 3;
// What belongs to the character in front of it: accents, variation selectors; skin tones; joiners, tags.
const JOINS_BEFORE = /^(?:\p{M}|\p{Emoji_Modifier}|\p{Cf})/u;
const ENDS_OPEN = /\u200D$/;

export interface CutText {
  readonly text: string;
  readonly isCut: boolean;
}

/** At most `maxBytes` of UTF-8; a longer text ends with `…`, never within a character or a composed emoji. */
export const cutText = (text: string, maxBytes: number): CutText => {
  if (text.length * MAX_UNIT_BYTES <= maxBytes || bytesOf(text) <= maxBytes) return { text, isCut: false };
  const characters = Array.from(text.slice(0, maxBytes + 1));
  let bytes = 0;
  let end = 0;
  while (end < characters.length && bytes + characterBytes(characters, end) <= maxBytes - ELLIPSIS_BYTES) {
    bytes += characterBytes(characters, end);
    end += 1;
  }
  while (end > 0 && (JOINS_BEFORE.test(characters[end] ?? '') || ENDS_OPEN.test(characters[end - 1] ?? ''))) end -= 1;
  return { text: characters.slice(0, end).join('').trimEnd() + ELLIPSIS, isCut: true };
};

const bytesOf = (text: string): number => getTextEncoding().encodeUtf8(text).length;
const characterBytes = (characters: readonly string[], at: number): number => bytesOf(characters[at] ?? '');
