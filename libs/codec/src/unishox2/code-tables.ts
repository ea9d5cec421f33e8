/**
 * The codes of Unishox2, preset "default": a horizontal code names a set of characters, a vertical code one of its 28
 * places. Where a set holds no character its place means something else: see the constants.
 */

export const ALPHA = 0;
export const SYM = 1;
export const NUM = 2;
/** Copies of what was said before. */
export const DICT = 3;
/** Code points, each as the distance from the one before. */
export const DELTA = 4;

/** Bits of a code, most significant first. */
export interface Code {
  readonly bits: number;
  readonly length: number;
}

const codeOf = (text: string): Code => ({ bits: Number.parseInt(text, 2), length: text.length });
const codesOf = (text: string): readonly Code[] => text.split(' ').map(codeOf);

/** By set. */
export const horizontalCodes = codesOf('00 01 10 110 111');
/** By place in a set. */
export const verticalCodes = codesOf(
  '00 010 011 1000 1001 1010 1011 1100 11010 11011 111000 111001 111010 1110110 1110111 1111000 1111001 1111010 ' +
    '11110110 11110111 11111000 11111001 11111010 11111011 11111100 11111101 11111110 11111111',
);

/** Place 0 of ALPHA and NUM: a horizontal code follows. */
export const SWITCH = 0;
/** In ALPHA. */
export const SPACE = 1;
/** In NUM. */
export const NUM_SPACE = 17;
/** In SYM. */
export const CR_LF = 8;
/** In NUM: the byte before, n more times. */
export const REPEAT = 26;
/** In NUM: the end. */
export const TERMINATOR = 27;

const NONE = '\0';
/** Characters of ALPHA, SYM and NUM by their place. */
export const sets: readonly string[] = [
  `${NONE} etaoinsrlcdhupmbgwfyvkqjxz`,
  `"{}_<>:\n${NONE}[]\\;'\t@*&?!^|\r~\`${NONE.repeat(3)}`,
  `${NONE},.01925-/34678() =+$%#${NONE.repeat(5)}`,
];

/** Sequences with a place of their own. */
export const sequences: readonly { readonly text: string; readonly set: number; readonly place: number }[] = [
  { text: '": "', set: SYM, place: 25 },
  { text: '": ', set: SYM, place: 26 },
  { text: '</', set: SYM, place: 27 },
  { text: '="', set: NUM, place: 23 },
  { text: '":"', set: NUM, place: 24 },
  { text: '://', set: NUM, place: 25 },
];

/** Step i: `bits[i]` bits and `offset[i]` more. */
export interface Steps {
  readonly bits: readonly number[];
  readonly offsets: readonly number[];
}
export const countSteps: Steps = { bits: [2, 4, 7, 11, 16], offsets: [0, 4, 20, 148, 2196] };
export const unicodeSteps: Steps = { bits: [6, 12, 14, 16, 21], offsets: [0, 64, 4160, 20544, 86080] };

/** In place of a distance in DELTA: what the step after it stands for. */
export const UNICODE_SPECIAL = 5;
export const SPECIAL_SWITCH = 1;
export const specials: readonly string[] = [' ', NONE, ',', '.', '\n'];

/** After place 0 of NUM: what kind of digits follow. */
export const NIBBLES_TEMPLATE = 0;
export const NIBBLES_LOWER = 1;
export const NIBBLES_GUID_LOWER = 2;
export const NIBBLES_UPPER = 3;
export const NIBBLES_GUID_UPPER = 4;
export const NIBBLES_BINARY = 5;
export const GUID_HYPHENS: readonly number[] = [8, 13, 18, 23];
export const GUID_LENGTH = 36;

/** Digits of a template: f and F hex, r to 7, t to 3, o to 1; the rest stands for itself. */
export const templates: readonly string[] = ['tfff-of-tfTtf:rf:rf.fffZ', 'tfff-of-tf', '(fff) fff-ffff', 'tf:rf:rf'];
/** Bits of a digit of a template; undefined for what stands for itself. */
export const digitBits = (digit: string): number | undefined => {
  switch (digit) {
    case 'f':
    case 'F':
      return 4;
    case 'r':
      return 3;
    case 't':
      return 2;
    case 'o':
      return 1;
    default:
      return undefined;
  }
};

/** A copy is longer than this, and its distance at least one less. */
export const NICE_LENGTH = 5;
