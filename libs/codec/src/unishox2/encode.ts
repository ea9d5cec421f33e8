/** Bytes → Unishox2, with the choices of the encoder in firmware up to 2.7, so that its output is met to the bit. */
import { stepOf, writeBits, writeHorizontal, writeNumber, writeStep, writeVertical } from './bit-writer.ts';
import type { BitWriter } from './bit-writer.ts';
import {
  ALPHA,
  CR_LF,
  DELTA,
  DICT,
  NIBBLES_BINARY,
  NICE_LENGTH,
  NUM,
  NUM_SPACE,
  REPEAT,
  SPACE,
  SPECIAL_SWITCH,
  SWITCH,
  SYM,
  TERMINATOR,
  UNICODE_SPECIAL,
  countSteps,
  digitBits,
  sequences,
  sets,
  specials,
  templates,
  unicodeSteps,
} from './code-tables.ts';
import { findCopy, findGuid, findHex, findRun, findTemplate, readCodePoint, binaryLength } from './patterns.ts';

interface Encoding {
  readonly bytes: Uint8Array;
  /** Next byte to be said. */
  at: number;
  readonly writer: BitWriter;
  state: number;
  isAllUpper: boolean;
  codePoint: number;
}

/** For up to some hundred bytes: the search for copies takes the square of the length. */
export const encodeUnishox2 = (bytes: Uint8Array): Uint8Array => {
  const writer: BitWriter = { bytes: [], length: 0 };
  const e: Encoding = { bytes, at: 0, writer, state: ALPHA, isAllUpper: false, codePoint: 0 };
  writeBits(writer, 1, 1);
  while (e.at < bytes.length) if (!writePattern(e)) writeCharacter(e);
  const spare = -writer.length & 7;
  if (spare > 0) writeEnd(e, spare);
  return Uint8Array.from(writer.bytes);
};

/** Fills the last byte with the beginning of a terminator. */
const writeEnd = (e: Encoding, spare: number): void => {
  const end: Encoding = { ...e, writer: { bytes: [], length: 0 } };
  if (e.state !== NUM) writeSwitch(end, NUM);
  writeVertical(end.writer, TERMINATOR);
  writeBits(e.writer, (end.writer.bytes[0] ?? 0) >> (8 - spare), spare);
};

const writeSwitch = (e: Encoding, set: number): void => {
  if (e.state === DELTA) {
    writeStep(e.writer, UNICODE_SPECIAL, UNICODE_SPECIAL);
    writeStep(e.writer, SPECIAL_SWITCH, specials.length - 1);
  } else {
    writeVertical(e.writer, SWITCH);
  }
  writeHorizontal(e.writer, set);
};

const writeCount = ({ writer }: Encoding, count: number): void => {
  const step = stepOf(count, countSteps);
  writeStep(writer, step, countSteps.bits.length - 1);
  writeNumber(writer, count, step, countSteps);
};

const writePlace = (e: Encoding, set: number, place: number): void => {
  if (set === SYM || set !== e.state) writeSwitch(e, set);
  if (set === ALPHA) e.state = ALPHA;
  if (set === NUM && isDigit(sets[NUM]?.charCodeAt(place) ?? 0)) e.state = NUM;
  writeVertical(e.writer, place);
};

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isCapital = (byte: number): boolean => byte >= 65 && byte <= 90;

const writeNibbleKind = (e: Encoding, kind: number): void => {
  writeSwitch(e, NUM);
  writeVertical(e.writer, SWITCH);
  writeStep(e.writer, kind, NIBBLES_BINARY);
};

const writeHex = (e: Encoding, length: number): void => {
  for (const end = e.at + length; e.at < end; e.at += 1) {
    const byte = e.bytes[e.at] ?? 0;
    // A letter of either case is 1 to 6 in its low bits.
    if (byte !== 0x2d) writeBits(e.writer, isDigit(byte) ? byte - 48 : (byte & 7) + 9, 4);
  }
};

/** What stands for many bytes, in the order in which firmware looks for it. */
const writePattern = (e: Encoding): boolean =>
  writeCopy(e) || writeRun(e) || writeGuid(e) || writeHexRun(e) || writeTemplate(e) || writeSequence(e);

const writeCopy = (e: Encoding): boolean => {
  const found = findCopy(e.bytes, e.at);
  if (found === undefined) return false;
  writeSwitch(e, DICT);
  writeCount(e, found.length - NICE_LENGTH);
  writeCount(e, found.distance - NICE_LENGTH + 1);
  e.at += found.length;
  return true;
};

const writeRun = (e: Encoding): boolean => {
  const length = findRun(e.bytes, e.at);
  if (length === 0) return false;
  writePlace(e, NUM, REPEAT);
  writeCount(e, length - NICE_LENGTH + 1);
  e.at += length;
  return true;
};

const writeGuid = (e: Encoding): boolean => {
  const found = findGuid(e.bytes, e.at);
  if (found === undefined) return false;
  writeNibbleKind(e, found.kind);
  writeHex(e, found.length);
  return true;
};

const writeHexRun = (e: Encoding): boolean => {
  const found = findHex(e.bytes, e.at);
  if (found === undefined) return false;
  writeNibbleKind(e, found.kind);
  writeCount(e, found.length);
  writeHex(e, found.length);
  return true;
};

const writeTemplate = (e: Encoding): boolean => {
  const found = findTemplate(e.bytes, e.at);
  const template = found === undefined ? undefined : templates[found.number];
  if (found === undefined || template === undefined) return false;
  writeNibbleKind(e, 0);
  writeStep(e.writer, found.number, countSteps.bits.length - 1);
  writeCount(e, template.length - found.length);
  for (const digit of template.slice(0, found.length)) {
    const bits = digitBits(digit);
    const byte = e.bytes[e.at] ?? 0;
    if (bits !== undefined) writeBits(e.writer, isDigit(byte) ? byte - 48 : (byte & 7) + 9, bits);
    e.at += 1;
  }
  return true;
};

const writeSequence = (e: Encoding): boolean => {
  const found = sequences.find(({ text }) => startsWith(e.bytes, e.at, text));
  if (found === undefined) return false;
  writePlace(e, found.set, found.place);
  e.at += found.text.length;
  return true;
};

const startsWith = (bytes: Uint8Array, at: number, ascii: string): boolean => {
  for (let i = 0; i < ascii.length; i += 1) if (bytes[at + i] !== ascii.charCodeAt(i)) return false;
  return true;
};

const writeCharacter = (e: Encoding): void => {
  const byte = e.bytes[e.at] ?? 0;
  if (isCapital(byte)) return writeCapital(e, byte);
  if (e.isAllUpper) {
    e.isAllUpper = false;
    writeSwitch(e, ALPHA);
    e.state = ALPHA;
  }
  const special = e.state === DELTA ? specialByByte.get(byte) : undefined;
  if (special !== undefined) {
    writeStep(e.writer, UNICODE_SPECIAL, UNICODE_SPECIAL);
    writeStep(e.writer, special, specials.length - 1);
  } else if (byte === 0x20) {
    writeVertical(e.writer, e.state === NUM ? NUM_SPACE : SPACE);
  } else if (byte === 0x0d && e.bytes[e.at + 1] === 0x0a) {
    writePlace(e, SYM, CR_LF);
    e.at += 1;
  } else {
    const place = placeByByte.get(byte);
    if (place === undefined) return writeUnicode(e);
    writePlace(e, place.set, place.place);
  }
  e.at += 1;
};

const specialByByte: ReadonlyMap<number, number> = new Map([
  [0x20, 0],
  [0x2c, 2],
  [0x2e, 3],
  [0x0a, 4],
]);

const placeByByte: ReadonlyMap<number, { readonly set: number; readonly place: number }> = new Map(
  sets.flatMap((characters, set) =>
    Array.from(characters)
      .map((c, place) => [c.charCodeAt(0), { set, place }] as const)
      .filter(([byte]) => byte > 0x20 || byte === 9 || byte === 10 || byte === 13),
  ),
);

/** From five in a row capitals need no sign each. */
const MANY_CAPITALS = 5;

const writeCapital = (e: Encoding, byte: number): void => {
  if (!e.isAllUpper) {
    if (e.state !== ALPHA) writeSwitch(e, ALPHA);
    e.state = ALPHA;
    writeSwitch(e, ALPHA);
    const next = e.bytes.subarray(e.at, e.at + MANY_CAPITALS);
    if (next.length === MANY_CAPITALS && next.every(isCapital)) {
      writeSwitch(e, ALPHA);
      e.isAllUpper = true;
    }
  }
  writeVertical(e.writer, placeByByte.get(byte + 32)?.place ?? SWITCH);
  e.at += 1;
};

const writeUnicode = (e: Encoding): void => {
  const character = readCodePoint(e.bytes, e.at);
  if (character === undefined) return writeBinary(e);
  if (e.state !== DELTA) {
    if (readCodePoint(e.bytes, e.at + character.length) === undefined) {
      writeSwitch(e, DELTA);
    } else {
      // A capital space: code points until further notice.
      if (e.state !== ALPHA) writeSwitch(e, ALPHA);
      e.state = ALPHA;
      writeSwitch(e, ALPHA);
      writeVertical(e.writer, SPACE);
      e.state = DELTA;
    }
  }
  const distance = character.codePoint - e.codePoint;
  const step = stepOf(Math.abs(distance), unicodeSteps);
  writeStep(e.writer, step, UNICODE_SPECIAL);
  writeBits(e.writer, distance < 0 ? 1 : 0, 1);
  writeNumber(e.writer, Math.abs(distance), step, unicodeSteps);
  e.codePoint = character.codePoint;
  e.at += character.length;
};

const writeBinary = (e: Encoding): void => {
  const length = binaryLength(e.bytes, e.at);
  writeNibbleKind(e, NIBBLES_BINARY);
  writeCount(e, length);
  for (const end = e.at + length; e.at < end; e.at += 1) writeBits(e.writer, e.bytes[e.at] ?? 0, 8);
};
