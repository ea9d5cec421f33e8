/**
 * What a packet must be beyond protobuf. Half of all damaged compressed frames inflate to something else, and so does a
 * generation B frame with the wrong dictionary: nothing in them is checked by a sum. So ranges are the check.
 */
import { ScalarType } from '@bufbuild/protobuf';
import type { DescField } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { MAX_LATITUDE_I, MAX_LONGITUDE_I, degreesOf } from '../packet/geo.ts';
import type { Packet } from '../packet/payload.ts';

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const FIXED_32 = 5;
const MAX_VARINT_BYTES = 10;

const wireTypeOf = (field: DescField): number => {
  if (field.fieldKind === 'enum') return VARINT;
  if (field.fieldKind !== 'scalar') return LENGTH;
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return LENGTH;
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
    case ScalarType.FLOAT:
      return FIXED_32;
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
    case ScalarType.DOUBLE:
      return FIXED_64;
    default:
      return VARINT;
  }
};

/** Field 255; a newer schema may go beyond the 42 of this one, but not so far. */
const MAX_SECOND_TAG_BYTE = 0x0f;

const UNKNOWN = -1;
/** By field number. */
const wireTypes: Int8Array = (() => {
  const { fields } = meshtastic.TAKPacketV2Schema;
  const table = new Int8Array(Math.max(...fields.map((field) => field.number)) + 1).fill(UNKNOWN);
  for (const field of fields) table[field.number] = wireTypeOf(field);
  return table;
})();

/**
 * Whether each field of a serialised packet has the wire type of its schema, to the last byte. Fields of a newer schema
 * are skipped, up to number 255. Readers differ in what they make of a wrong wire type; here nothing is made of it.
 */
export const hasWireTypes = (bytes: Uint8Array): boolean => {
  const end = bytes.length;
  let at = 0;
  while (at < end) {
    let tag = bytes[at] ?? 0;
    at += 1;
    if (tag >= 0x80) {
      const second = bytes[at] ?? 0x80;
      if (second > MAX_SECOND_TAG_BYTE) return false;
      tag += (second - 1) * 0x80;
      at += 1;
    }
    const type = tag & 7;
    const expected = wireTypes[tag >> 3] ?? UNKNOWN;
    if (tag < 8 || (expected !== UNKNOWN && type !== expected)) return false;
    at = skipValue(bytes, at, type);
    if (at < 0) return false;
  }
  return at === end;
};

/** Where the next field begins, perhaps behind the end; below 0 when there cannot be one. */
const skipValue = (bytes: Uint8Array, at: number, type: number): number => {
  if (type === FIXED_32) return at + 4;
  if (type === FIXED_64) return at + 8;
  if (type !== VARINT && type !== LENGTH) return UNKNOWN;
  let value = 0;
  for (let index = 0; index < MAX_VARINT_BYTES; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return UNKNOWN;
    value += index === 0 ? byte & 0x7f : (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return at + index + 1 + (type === LENGTH ? value : 0);
  }
  return UNKNOWN;
};

/** Enumerations have room for what newer senders add, not for noise. */
const MAX_COT_TYPE_ID = 1023;
const MAX_ENUM = 127;
/** 1e-2 degrees. */
const MAX_COURSE = 36_000;
const MAX_BATTERY = 255;
/** Metres; also what CoT says for an unknown height. */
const MAX_ALTITUDE = 9_999_999;

/** Why a packet that was compressed cannot be what its sender wrote; undefined when nothing speaks against it. */
export const implausible = (packet: Packet): string | undefined => {
  if (Math.abs(packet.latitudeI) > MAX_LATITUDE_I) return `latitude ${degreesOf(packet.latitudeI)}`;
  if (Math.abs(packet.longitudeI) > MAX_LONGITUDE_I) return `longitude ${degreesOf(packet.longitudeI)}`;
  if (Math.abs(packet.altitude) > MAX_ALTITUDE) return `altitude ${packet.altitude} m`;
  if (packet.course > MAX_COURSE) return `course ${packet.course / 100}`;
  if (packet.battery > MAX_BATTERY) return `battery ${packet.battery} %`;
  if (isOutside(packet.cotTypeId, MAX_COT_TYPE_ID)) return `cot_type_id ${packet.cotTypeId}`;
  if (isOutside(packet.how, MAX_ENUM)) return `how ${packet.how}`;
  if (isOutside(packet.team, MAX_ENUM)) return `team ${packet.team}`;
  if (isOutside(packet.role, MAX_ENUM)) return `role ${packet.role}`;
  if (isOutside(packet.geoSrc, MAX_ENUM) || isOutside(packet.altSrc, MAX_ENUM)) return 'source of the position';
  return undefined;
};

const isOutside = (value: number, max: number): boolean => value < 0 || value > max;
