/** Unishox2 → bytes. What a cut-off stream still says is kept; the output is bounded. */
import { MAX_UNISHOX2_BYTES } from '../limits.ts';
import { END, readBits, readHorizontal, readNumber, readStep, readVertical } from './bit-reader.ts';
import type { BitReader } from './bit-reader.ts';
import {
  ALPHA,
  CR_LF,
  DELTA,
  DICT,
  GUID_HYPHENS,
  GUID_LENGTH,
  NIBBLES_BINARY,
  NIBBLES_GUID_LOWER,
  NIBBLES_GUID_UPPER,
  NIBBLES_LOWER,
  NIBBLES_TEMPLATE,
  NIBBLES_UPPER,
  NICE_LENGTH,
  NUM,
  REPEAT,
  SPACE,
  SPECIAL_SWITCH,
  SWITCH,
  SYM,
  UNICODE_SPECIAL,
  countSteps,
  digitBits,
  sequences,
  sets,
  specials,
  templates,
  unicodeSteps,
} from './code-tables.ts';

interface Decoding {
  readonly reader: BitReader;
  readonly out: Uint8Array;
  length: number;
  /** ALPHA, NUM or DELTA: the set that needs no horizontal code. */
  state: number;
  isAllUpper: boolean;
  codePoint: number;
  /** It says what no encoder writes, or too much. */
  isFaulty: boolean;
}

/**
 * Undefined for what no encoder writes (a copy from before the start, a code point that is none) and for more than
 * `MAX_UNISHOX2_BYTES`. Any other stream is read up to its terminator or its last whole code. The result need not be
 * UTF-8.
 */
export const decodeUnishox2 = (bytes: Uint8Array): Uint8Array | undefined => {
  const decoding: Decoding = {
    // Bit 0 is the magic one.
    reader: { bytes, at: 1 },
    out: new Uint8Array(MAX_UNISHOX2_BYTES),
    length: 0,
    state: ALPHA,
    isAllUpper: false,
    codePoint: 0,
    isFaulty: false,
  };
  while (step(decoding));
  return decoding.isFaulty ? undefined : decoding.out.slice(0, decoding.length);
};

// Each of the following reads one thing and says whether to go on.
const GO_ON = true;
const STOP = false;

const step = (d: Decoding): boolean => {
  if (d.state === DELTA) return readDelta(d);
  const place = readVertical(d.reader);
  if (place === END) return STOP;
  return place === SWITCH ? readSwitch(d) : writePlace(d, d.state, place, d.isAllUpper);
};

const readSwitch = (d: Decoding): boolean => {
  const set = readHorizontal(d.reader);
  if (set === END) return STOP;
  if (set === ALPHA) return d.state === ALPHA ? readUpper(d) : enter(d, ALPHA);
  return set === DELTA ? readDelta(d) : readOther(d, set);
};

const enter = (d: Decoding, state: number): boolean => {
  d.state = state;
  return GO_ON;
};

/** In ALPHA a switch to ALPHA: one capital, twice in a row the beginning of many, or their end. */
const readUpper = (d: Decoding): boolean => {
  if (d.isAllUpper) {
    d.isAllUpper = false;
    return GO_ON;
  }
  const place = readVertical(d.reader);
  if (place === END) return STOP;
  if (place !== SWITCH) return writePlace(d, ALPHA, place, true);
  d.isAllUpper = readHorizontal(d.reader) === ALPHA;
  return d.isAllUpper;
};

const readOther = (d: Decoding, set: number): boolean => {
  if (set === DICT) return copyBack(d);
  const place = readVertical(d.reader);
  if (place === END) return STOP;
  return set === NUM && place === SWITCH ? readNibbles(d) : writePlace(d, set, place, d.isAllUpper);
};

const readDelta = (d: Decoding): boolean => {
  const group = readStep(d.reader, UNICODE_SPECIAL);
  if (group === END) return STOP;
  if (group === UNICODE_SPECIAL) return readSpecial(d);
  const sign = readBits(d.reader, 1);
  const distance = sign === END ? END : readNumber(d.reader, group, unicodeSteps);
  if (distance === END) return STOP;
  d.codePoint += sign === 1 ? -distance : distance;
  return writeCodePoint(d);
};

const readSpecial = (d: Decoding): boolean => {
  const special = readStep(d.reader, specials.length - 1);
  if (special === END) return STOP;
  if (special !== SPECIAL_SWITCH) return writeText(d, specials[special] ?? '');
  const set = readHorizontal(d.reader);
  if (set === END) return STOP;
  return set === DELTA || set === ALPHA ? enter(d, set) : readOther(d, set);
};

const writePlace = (d: Decoding, set: number, place: number, isUpper: boolean): boolean => {
  if (isUpper && place === SPACE) return enter(d, DELTA);
  const character = sets[set]?.charCodeAt(place) ?? 0;
  if (character === 0) return writeSpecialPlace(d, set, place);
  const isLetter = set === ALPHA && place > SPACE;
  if (isLetter) d.state = ALPHA;
  else if (isDigit(character)) d.state = NUM;
  return writeByte(d, isLetter && isUpper ? character - 32 : character);
};

const isDigit = (character: number): boolean => character >= 48 && character <= 57;

const writeSpecialPlace = (d: Decoding, set: number, place: number): boolean => {
  if (set === SYM && place === CR_LF) return writeText(d, '\r\n');
  if (set === NUM && place === REPEAT) return repeatByte(d);
  const sequence = sequences.find((s) => s.set === set && s.place === place);
  return sequence === undefined ? STOP : writeText(d, sequence.text);
};

const readCount = ({ reader }: Decoding): number => {
  const group = readStep(reader, countSteps.bits.length - 1);
  return group === END ? END : readNumber(reader, group, countSteps);
};

const fault = (d: Decoding): boolean => {
  d.isFaulty = true;
  return STOP;
};

const repeatByte = (d: Decoding): boolean => {
  const count = readCount(d);
  if (count === END) return STOP;
  if (d.length === 0) return fault(d);
  return copy(d, 1, count + NICE_LENGTH - 1);
};

const copyBack = (d: Decoding): boolean => {
  const length = readCount(d);
  const distance = length === END ? END : readCount(d);
  if (distance === END) return STOP;
  return copy(d, distance + NICE_LENGTH - 1, length + NICE_LENGTH);
};

const copy = (d: Decoding, distance: number, length: number): boolean => {
  if (distance > d.length) return fault(d);
  for (let i = 0; i < length; i += 1) if (!writeByte(d, d.out[d.length - distance] ?? 0)) return STOP;
  return GO_ON;
};

const readNibbles = (d: Decoding): boolean => {
  const kind = readStep(d.reader, NIBBLES_BINARY);
  switch (kind) {
    case NIBBLES_TEMPLATE:
      return readTemplate(d);
    case NIBBLES_GUID_LOWER:
    case NIBBLES_GUID_UPPER:
      return readGuid(d, kind === NIBBLES_GUID_UPPER);
    case NIBBLES_LOWER:
    case NIBBLES_UPPER:
    case NIBBLES_BINARY:
      return readRun(d, kind);
    default:
      return STOP;
  }
};

const readRun = (d: Decoding, kind: number): boolean => {
  const count = readCount(d);
  if (count === END) return STOP;
  if (count === 0) return fault(d);
  for (let i = 0; i < count; i += 1) {
    if (!(kind === NIBBLES_BINARY ? readByte(d) : readHex(d, 4, kind === NIBBLES_UPPER))) return STOP;
  }
  return GO_ON;
};

const readByte = (d: Decoding): boolean => {
  const byte = readBits(d.reader, 8);
  return byte === END ? STOP : writeByte(d, byte);
};

const readHex = (d: Decoding, bits: number, isUpper: boolean): boolean => {
  const value = readBits(d.reader, bits);
  return value === END ? STOP : writeByte(d, (isUpper ? '0123456789ABCDEF' : '0123456789abcdef').charCodeAt(value));
};

const readGuid = (d: Decoding, isUpper: boolean): boolean => {
  for (let i = 0; i < GUID_LENGTH; i += 1) {
    if (!(GUID_HYPHENS.includes(i) ? writeText(d, '-') : readHex(d, 4, isUpper))) return STOP;
  }
  return GO_ON;
};

const readTemplate = (d: Decoding): boolean => {
  const number = readStep(d.reader, countSteps.bits.length - 1);
  const missing = number === END ? END : readCount(d);
  if (missing === END) return STOP;
  const template = templates[number];
  if (template === undefined || missing > template.length) return fault(d);
  for (const digit of template.slice(0, template.length - missing)) {
    const bits = digitBits(digit);
    if (!(bits === undefined ? writeText(d, digit) : readHex(d, bits, digit === 'F'))) return STOP;
  }
  return GO_ON;
};

const writeText = (d: Decoding, ascii: string): boolean => {
  for (let i = 0; i < ascii.length; i += 1) if (!writeByte(d, ascii.charCodeAt(i))) return STOP;
  return GO_ON;
};

const writeByte = (d: Decoding, byte: number): boolean => {
  if (d.length === d.out.length) return fault(d);
  d.out[d.length] = byte;
  d.length += 1;
  return GO_ON;
};

const writeCodePoint = (d: Decoding): boolean => {
  const { codePoint } = d;
  if (codePoint < 0x80) return codePoint < 0 ? fault(d) : writeByte(d, codePoint);
  if (codePoint > 0x10ffff) return fault(d);
  const tail = 0x80 | (codePoint & 0x3f);
  if (codePoint < 0x800) return writeByte(d, 0xc0 | (codePoint >> 6)) && writeByte(d, tail);
  const middle = 0x80 | ((codePoint >> 6) & 0x3f);
  if (codePoint < 0x10000) return writeByte(d, 0xe0 | (codePoint >> 12)) && writeByte(d, middle) && writeByte(d, tail);
  const second = 0x80 | ((codePoint >> 12) & 0x3f);
  return writeByte(d, 0xf0 | (codePoint >> 18)) && writeByte(d, second) && writeByte(d, middle) && writeByte(d, tail);
};
