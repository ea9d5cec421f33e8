/** TAKPacketV2 → bytes, in ascending order of field numbers, as every writer of the protocol does. */
import { meshtastic } from '@cotbus/contracts';
import { codeAt } from '../../cot/code-at.ts';
import { MAX_UTF8_BYTES, putAscii, putUtf8 } from '../../cot/utf8.ts';
import type { Packet } from '../payload.ts';
import { layoutOf } from './layout.ts';
import type { FieldLayout, MessageLayout } from './layout.ts';

type Fields = Readonly<Record<string, unknown>>;

const packetLayout = layoutOf(meshtastic.TAKPacketV2Schema);

/** Bytes of a varint of 32 bits at most. */
const MAX_VARINT_BYTES = 5;
const SLAB_BYTES = 16_384;
/** Of a packet with the byte in front of it; larger ones move once. */
const USUAL_BYTES = 1024;

// Packets lie behind one another in memory that is used once, so that nothing is copied. One place for all of them:
// encoding never waits and never calls itself for another packet.
let slab = new Uint8Array(SLAB_BYTES);
let at = 0;

/**
 * The same bytes as those of the protobuf library. Unknown fields of a packet that was decoded are not in it.
 *
 * @param room bytes in front of it, for the caller to fill
 */
export const encodePacket = (packet: Packet, room = 0): Uint8Array => {
  renew(USUAL_BYTES);
  const start = at;
  at += room;
  writeMessage(packetLayout, packet);
  return slab.subarray(start, at);
};

/** Memory of that size, for the caller to fill and keep: making an array of its own costs more than a copy. */
export const takeBytes = (bytes: number): Uint8Array => {
  renew(bytes);
  at += bytes;
  return slab.subarray(at - bytes, at);
};

const renew = (bytes: number): void => {
  if (slab.length - at >= bytes) return;
  slab = new Uint8Array(Math.max(bytes, SLAB_BYTES));
  at = 0;
};

/** What is written keeps its place. */
const reserve = (bytes: number): void => {
  if (at + bytes <= slab.length) return;
  const larger = new Uint8Array(2 * (at + bytes));
  larger.set(slab.subarray(0, at));
  slab = larger;
};

const writeMessage = ({ fields, oneof }: MessageLayout, message: Fields): void => {
  const held = oneof === undefined ? NOTHING : (message[oneof] as Held);
  for (const field of fields) {
    const value = field.oneof === undefined ? message[field.name] : held.case === field.name ? held.value : undefined;
    if (value === undefined) continue;
    if (field.isList) writeList(field, value as readonly unknown[]);
    else if (field.hasPresence || isSet(value)) writeField(field, value);
  }
};

/** What a oneof holds. */
interface Held {
  readonly case: string | undefined;
  readonly value?: unknown;
}
const NOTHING: Held = { case: undefined };

const isSet = (value: unknown): boolean =>
  value !== 0 &&
  value !== '' &&
  value !== false &&
  !(typeof value === 'object' && value instanceof Uint8Array && value.length === 0);

const writeList = (field: FieldLayout, values: readonly unknown[]): void => {
  if (values.length === 0) return;
  if (!field.isPacked) {
    for (const value of values) writeField(field, value);
    return;
  }
  writeVarint(field.tag);
  const start = beginLength();
  for (const value of values) writeScalar(field, value);
  endLength(start);
};

const writeField = (field: FieldLayout, value: unknown): void => {
  writeVarint(field.tag);
  writeScalar(field, value);
};

const writeScalar = (field: FieldLayout, value: unknown): void => {
  switch (field.kind) {
    case 'message': {
      const start = beginLength();
      if (field.message !== undefined) writeMessage(field.message, value as Fields);
      endLength(start);
      return;
    }
    case 'string':
      writeText(value as string);
      return;
    case 'bytes': {
      const bytes = value as Uint8Array;
      writeVarint(bytes.length);
      writeBytes(bytes);
      return;
    }
    case 'fixed32':
    case 'sfixed32':
      writeFixed(value as number);
      return;
    case 'sint32':
      writeVarint(((value as number) << 1) ^ ((value as number) >> 31));
      return;
    case 'bool':
      writeVarint(value === true ? 1 : 0);
      return;
    case 'enum':
    case 'uint32':
      writeVarint(value as number);
  }
};

// Loops work on locals: V8 would load and store what belongs to the module for each byte.

const writeVarint = (value: number): void => {
  reserve(MAX_VARINT_BYTES);
  const to = slab;
  let end = at;
  let rest = value >>> 0;
  while (rest > 0x7f) {
    to[end] = (rest & 0x7f) | 0x80;
    end += 1;
    rest >>>= 7;
  }
  to[end] = rest;
  at = end + 1;
};

const writeFixed = (value: number): void => {
  reserve(4);
  const [to, start] = [slab, at];
  for (let i = 0; i < 4; i += 1) to[start + i] = (value >>> (8 * i)) & 0xff;
  at = start + 4;
};

const writeBytes = (bytes: Uint8Array): void => {
  reserve(bytes.length);
  slab.set(bytes, at);
  at += bytes.length;
};

/** Characters that take less one by one than all at once. */
const SHORT_TEXT = 16;

/** Most text is plain ASCII. */
const writeText = (text: string): void => {
  const { length } = text;
  const before = at;
  writeVarint(length);
  reserve(length);
  if (length > SHORT_TEXT) {
    if (putAscii(text, slab.subarray(at, at + length))) at += length;
    else writeEncoded(text, before);
    return;
  }
  const [to, start] = [slab, at];
  for (let i = 0; i < length; i += 1) {
    const unit = codeAt(text, i);
    if (unit > 0x7f) {
      writeEncoded(text, before);
      return;
    }
    to[start + i] = unit;
  }
  at = start + length;
};

/** @param start where its length stands */
const writeEncoded = (text: string, start: number): void => {
  at = start;
  const content = beginLength();
  reserve(MAX_UTF8_BYTES * text.length);
  at += putUtf8(text, slab.subarray(at));
  endLength(content);
};

const varintBytes = (value: number): number => {
  let bytes = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes += 1;
  return bytes;
};

/** Room for a length of one byte; where the content is. */
const beginLength = (): number => {
  reserve(1);
  at += 1;
  return at;
};

const endLength = (start: number): void => {
  const length = at - start;
  const extra = varintBytes(length) - 1;
  if (extra > 0) {
    reserve(extra);
    slab.copyWithin(start + extra, start, at);
  }
  at = start - 1;
  writeVarint(length);
  at = start + extra + length;
};
