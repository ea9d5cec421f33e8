/** Random packets, made from the descriptors: a new field is in them by itself. */
import { ScalarType, create } from '@bufbuild/protobuf';
import type { DescField, DescMessage, DescOneof, Message } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { MAX_LATITUDE_I, MAX_LONGITUDE_I } from '../packet/geo.ts';
import type { Packet } from '../packet/payload.ts';

const UINT32_MAX = 0xffffffff;
const INT32_MAX = 0x7fffffff;

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    'a & b <c> "d"',
    ' x ',
    '0',
    'All Chat Rooms',
    'ANDROID-1',
    'GeoChat.S.R.m',
    '\u0001\t\n',
    'b-a-o-tbl',
  ),
);
const int32 = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -INT32_MAX - 1, max: INT32_MAX }));
const uint32 = fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: UINT32_MAX }));

const scalar = (type: ScalarType): fc.Arbitrary<unknown> => {
  switch (type) {
    case ScalarType.STRING:
      return text;
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 20 });
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return int32;
    default:
      return uint32;
  }
};

const single = (field: DescField): fc.Arbitrary<unknown> => {
  if (field.message !== undefined) return anyMessage(field.message);
  if (field.enum === undefined) return scalar(field.scalar ?? ScalarType.UINT32);
  // Mostly numbers that exist.
  return fc.oneof(
    { arbitrary: fc.nat(Math.max(...field.enum.values.map((v) => v.number))), weight: 9 },
    { arbitrary: fc.nat(200), weight: 1 },
  );
};

const member = (part: DescField | DescOneof): fc.Arbitrary<unknown> => {
  if (part.kind === 'oneof') {
    const cases = part.fields.map((f) => single(f).map((value) => ({ case: f.localName, value })));
    return fc.oneof(fc.constant({ case: undefined }), ...cases);
  }
  if (part.fieldKind === 'list') return fc.array(single(part), { maxLength: 5 });
  return fc.option(single(part), { nil: undefined });
};

const anyMessage = (schema: DescMessage): fc.Arbitrary<Message> =>
  fc
    .record(Object.fromEntries(schema.members.map((part) => [part.localName, member(part)])))
    .map((fields) => create(schema, fields));

/** Any packet that protobuf can carry. */
export const anyPacket = anyMessage(meshtastic.TAKPacketV2Schema) as fc.Arbitrary<Packet>;

/** As far as uid, type and place go, one that a sender may send. */
export const anyGoodPacket: fc.Arbitrary<Packet> = fc
  .record({
    packet: anyPacket,
    cotTypeId: fc.integer({ min: 1, max: 126 }),
    uid: fc.stringMatching(/^[A-Za-z0-9.-]{1,30}$/),
    latitudeI: fc.integer({ min: -MAX_LATITUDE_I, max: MAX_LATITUDE_I }),
    longitudeI: fc.integer({ min: -MAX_LONGITUDE_I, max: MAX_LONGITUDE_I }),
  })
  .map(({ packet, cotTypeId, ...fields }) => ({ ...packet, ...fields, cotTypeId: cotTypeId as meshtastic.CotType }));
