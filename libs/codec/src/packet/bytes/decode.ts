/** Bytes → TAKPacketV2. */
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { meshtastic } from '@cotbus/contracts';
import type { Packet } from '../payload.ts';
import { FIXED_32, FIXED_64, LENGTH, VARINT, layoutOf } from './layout.ts';
import type { FieldLayout, MessageLayout } from './layout.ts';

type Fields = Record<string, unknown>;

const packetLayout = layoutOf(meshtastic.TAKPacketV2Schema);

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

/** Thrown and caught in this file only: what is not protobuf is an expected input. */
class NotProtobuf extends Error {}

/**
 * Undefined when it is no such message: cut short, a wire type that does not exist, text that is no UTF-8. Fields of a
 * newer schema are skipped, and so is a known number with another wire type.
 */
export const decodePacket = (bytes: Uint8Array): Packet | undefined => {
  const packet = packetLayout.empty();
  try {
    readMessage({ bytes, at: 0 }, bytes.length, packetLayout, packet);
  } catch (error) {
    // The text encoding refuses what is no UTF-8 with a TypeError.
    if (error instanceof NotProtobuf || error instanceof TypeError) return undefined;
    throw error;
  }
  return packet as unknown as Packet;
};

const readMessage = (reader: Reader, end: number, { byNumber }: MessageLayout, message: Fields): void => {
  while (reader.at < end) {
    const tag = readVarint(reader);
    const wireType = tag & 7;
    const field = byNumber[tag >>> 3];
    if (tag >>> 3 === 0) throw new NotProtobuf('field number 0');
    if (field !== undefined && wireType === field.wireType) readField(reader, field, message);
    else if (field !== undefined && field.isList && wireType === LENGTH) readPacked(reader, field, message);
    else skip(reader, wireType);
  }
  if (reader.at !== end) throw new NotProtobuf('a field longer than its message');
};

const readField = (reader: Reader, field: FieldLayout, message: Fields): void => {
  if (field.isList) {
    (message[field.name] as unknown[]).push(readValue(reader, field, undefined));
  } else if (field.oneof === undefined) {
    message[field.name] = readValue(reader, field, message[field.name]);
  } else {
    const held = message[field.oneof] as { case: string | undefined; value?: unknown };
    const value = readValue(reader, field, held.case === field.name ? held.value : undefined);
    message[field.oneof] = { case: field.name, value };
  }
};

const readPacked = (reader: Reader, field: FieldLayout, message: Fields): void => {
  const end = endOf(reader, readVarint(reader));
  const list = message[field.name] as unknown[];
  while (reader.at < end) list.push(readValue(reader, field, undefined));
  if (reader.at !== end) throw new NotProtobuf('a value longer than its list');
};

/** @param before the value so far: a message that comes twice is merged */
const readValue = (reader: Reader, { kind, message }: FieldLayout, before: unknown): unknown => {
  switch (kind) {
    case 'uint32':
      return readVarint(reader);
    case 'enum':
      return readVarint(reader) | 0;
    case 'bool':
      return readBool(reader);
    case 'sint32': {
      const zigzag = readVarint(reader);
      return (zigzag >>> 1) ^ -(zigzag & 1);
    }
    case 'fixed32':
      return readFixed(reader) >>> 0;
    case 'sfixed32':
      return readFixed(reader);
    case 'string':
      return readText(reader);
    case 'bytes': {
      const end = endOf(reader, readVarint(reader));
      const bytes = reader.bytes.slice(reader.at, end);
      reader.at = end;
      return bytes;
    }
    case 'message': {
      if (message === undefined) return undefined;
      const end = endOf(reader, readVarint(reader));
      const value = (before as Fields | undefined) ?? message.empty();
      readMessage(reader, end, message, value);
      return value;
    }
  }
};

const endOf = (reader: Reader, length: number): number => {
  const end = reader.at + length;
  if (end > reader.bytes.length) throw new NotProtobuf('cut short');
  return end;
};

const MAX_VARINT_BYTES = 10;
/** The fifth byte holds bits 28 to 34; what is above 32 is dropped, as the protocol wants it. */
const LAST_SHIFT = 28;

const readVarint = (reader: Reader): number => {
  const { bytes } = reader;
  let value = 0;
  for (let i = 0; i < MAX_VARINT_BYTES; i += 1) {
    const byte = bytes[reader.at];
    if (byte === undefined) throw new NotProtobuf('cut short');
    reader.at += 1;
    if (i * 7 <= LAST_SHIFT) value |= (byte & 0x7f) << (i * 7);
    if (byte < 0x80) return value >>> 0;
  }
  throw new NotProtobuf('a number of more than ten bytes');
};

/** Any bit that is set says true, those above 32 as well. */
const readBool = (reader: Reader): boolean => {
  const start = reader.at;
  readVarint(reader);
  for (let i = start; i < reader.at; i += 1) if (((reader.bytes[i] ?? 0) & 0x7f) !== 0) return true;
  return false;
};

const readFixed = (reader: Reader): number => {
  const end = endOf(reader, 4);
  let value = 0;
  for (let i = end - 1; i >= reader.at; i -= 1) value = (value << 8) | (reader.bytes[i] ?? 0);
  reader.at = end;
  return value;
};

/** Longer text is left to the decoder of the platform: beyond it V8 makes a piece of each character. */
const SHORT_TEXT_BYTES = 12;

const readText = (reader: Reader): string => {
  const { bytes } = reader;
  const end = endOf(reader, readVarint(reader));
  let text = '';
  if (end - reader.at <= SHORT_TEXT_BYTES) {
    for (let i = reader.at; i < end; i += 1) {
      const byte = bytes[i] ?? 0;
      if (byte > 0x7f) break;
      text += String.fromCharCode(byte);
    }
  }
  if (text.length < end - reader.at) text = getTextEncoding().decodeUtf8(bytes.subarray(reader.at, end), true);
  reader.at = end;
  return text;
};

const skip = (reader: Reader, wireType: number): void => {
  if (wireType === VARINT) readVarint(reader);
  else if (wireType === FIXED_64) reader.at = endOf(reader, 8);
  else if (wireType === FIXED_32) reader.at = endOf(reader, 4);
  else if (wireType === LENGTH) reader.at = endOf(reader, readVarint(reader));
  // Groups are older than the protocol.
  else throw new NotProtobuf(`wire type ${wireType}`);
};
