/** Messages with every field as bad as protobuf allows, made from their descriptors. */
import { ScalarType, create } from '@bufbuild/protobuf';
import type { DescField, DescMessage, DescOneof, MessageShape } from '@bufbuild/protobuf';
import type { Random } from './random.ts';

const TEXTS = [
  '', ' ', 'x', 'ANDROID-1', 'GeoChat.a.b.c', 'GeoChat.a.All Chat Rooms.m', 'All Chat Rooms', '!15465d8d', 'uid|message', 'a|b|c', '|', 'b-a-o-tbl', 'a-f-G-U-C',
  'a & b <c> "d"', '</event>', '<x/>', '\u0000', '\u0001\t\n\r', '\u202e', '😀', '漢'.repeat(20), 'é'.repeat(100), 'x'.repeat(300), ']]>', '&amp;', ' -5', 'Camp -3',
  '2026-03-15T14:22:10Z', '???', '.', '..', '0', '-1', 'NaN',
] as const; // prettier-ignore
const INT32 = [
  0, 1, -1, 2, 7, 100, 1000, 0x7fffffff, -0x80000000, 900_000_000, -900_000_001, 1_800_000_000, 1_800_000_001, 36_000,
];
const UINT32 = [0, 1, 2, 5, 60, 100, 101, 255, 1000, 36_000, 0x7fffffff, 0x80000000, 0xffffffff, 1_700_000_000];
const DOUBLES = [
  0,
  -0,
  1,
  -1,
  0.5,
  90,
  -90.1,
  181,
  9_999_999,
  1e9,
  1e308,
  5e-324,
  Number.NaN,
  Infinity,
  -Infinity,
  1_773_584_530_000,
];
const MAX_DEPTH = 5;

const number = (random: Random, known: readonly number[], span: number): number =>
  random.chance(0.6) ? random.pick(known) : random.below(span);

const scalar = (random: Random, type: ScalarType): unknown => {
  switch (type) {
    case ScalarType.STRING:
      return random.pick(TEXTS);
    case ScalarType.BYTES:
      return Uint8Array.from({ length: random.below(40) }, () => random.below(256));
    case ScalarType.BOOL:
      return random.chance(0.5);
    case ScalarType.DOUBLE:
      return random.pick(DOUBLES);
    case ScalarType.FLOAT:
      return Math.fround(random.pick(DOUBLES.filter((n) => !Number.isFinite(n) || Math.abs(n) < 1e30)));
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return BigInt(number(random, INT32, 0x7fffffff));
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return BigInt(number(random, UINT32, 0xffffffff));
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return number(random, INT32, 0x7fffffff);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return number(random, UINT32, 0xffffffff);
  }
};

const single = (random: Random, field: DescField, depth: number): unknown => {
  if (field.message !== undefined) return randomMessage(random, field.message, depth + 1);
  if (field.enum === undefined) return scalar(random, field.scalar ?? ScalarType.UINT32);
  return random.chance(0.9) ? random.pick(field.enum.values).number : random.below(200);
};

const member = (random: Random, part: DescField | DescOneof, depth: number): unknown => {
  if (part.kind === 'oneof') {
    const field = random.chance(0.9) ? random.pick(part.fields) : undefined;
    return field === undefined ? { case: undefined } : { case: field.localName, value: single(random, field, depth) };
  }
  if (part.fieldKind === 'map') return undefined;
  if (part.fieldKind !== 'list') return single(random, part, depth);
  return Array.from({ length: random.below(random.chance(0.05) ? 300 : 4) }, () => single(random, part, depth));
};

/** About half of the fields are set. */
export const randomMessage = <S extends DescMessage>(random: Random, schema: S, depth = 0): MessageShape<S> => {
  const fields: Record<string, unknown> = {};
  for (const part of schema.members) {
    if (depth < MAX_DEPTH && random.chance(0.5)) fields[part.localName] = member(random, part, depth);
  }
  return create(schema, fields as never);
};
