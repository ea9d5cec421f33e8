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

const { CotType } = meshtastic;
/** The types under which clients send a payload; others go with any. */
const typesOf: ReadonlyMap<string | undefined, readonly meshtastic.CotType[]> = new Map([
  ['chat', [CotType.CotType_b_t_f, CotType.CotType_b_t_f_d, CotType.CotType_b_t_f_r]],
  ['rab', [CotType.CotType_u_rb_a]],
  ['route', [CotType.CotType_b_m_r]],
  ['casevac', [CotType.CotType_b_r_f_h_c]],
  ['emergency', [CotType.CotType_b_a_o_tbl, CotType.CotType_b_a_o_can]],
  ['task', [CotType.CotType_t_s]],
  ['taktalk', [CotType.CotType_m_t_t]],
  ['taktalkRoom', [CotType.CotType_y]],
]);
const LAST_TYPE = CotType.CotType_y;

/** With a uid, a place, points around it and mostly a type of its payload: one that a sender may send. */
export const anyGoodPacket: fc.Arbitrary<Packet> = fc
  .record({
    packet: anyPacket,
    anyType: fc.integer({ min: 1, max: LAST_TYPE }),
    isFitting: fc.integer({ min: 0, max: 4 }).map((n) => n > 0),
    nth: fc.nat(),
    uid: fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9.-]{1,30}$/),
      fc.constantFrom('GeoChat.S.All Chat Rooms.m', 'GeoChat.S.R.m'),
    ),
    latitudeI: fc.integer({ min: -MAX_LATITUDE_I, max: MAX_LATITUDE_I }),
    longitudeI: fc.integer({ min: -MAX_LONGITUDE_I, max: MAX_LONGITUDE_I }),
    delta: fc.integer({ min: -100_000, max: 100_000 }),
  })
  .map(({ packet, anyType, isFitting, nth, uid, delta, ...place }) => {
    const fitting = typesOf.get(packet.payloadVariant.case) ?? [];
    const type = isFitting ? fitting[nth % Math.max(fitting.length, 1)] : undefined;
    const good: Packet = { ...packet, ...place, uid, cotTypeId: type ?? (anyType as meshtastic.CotType) };
    return nearby(good, delta);
  });

/** Points as far from the event as drawings are. */
const nearby = (packet: Packet, delta: number): Packet => {
  const { case: name, value } = packet.payloadVariant;
  const near = { latDeltaI: delta, lonDeltaI: -delta };
  if (name === 'shape') {
    for (const vertex of value.vertices) Object.assign(vertex, near);
    value.vertexLatDeltas = value.vertexLatDeltas.map((_, i) => delta + i);
    value.vertexLonDeltas = value.vertexLonDeltas.map((_, i) => delta - i);
  }
  if (name === 'route') for (const { point } of value.links) if (point !== undefined) Object.assign(point, near);
  if (name === 'rab' && value.anchor !== undefined) Object.assign(value.anchor, near);
  return packet;
};
