/** Messages as they were released: a site that is updated last is still understood, and what lies in journals, too. */
import { create, createFileRegistry, fromBinary, ScalarType, toBinary } from '@bufbuild/protobuf';
import type { DescField, DescMessage, FileRegistry, Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { topicNames, topics } from './topics.ts';

const image = readFileSync(new URL('../../../proto/released.binpb', import.meta.url));
const released: FileRegistry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));

/** Deeper messages stay empty: some contain their own kind. */
const MAX_DEPTH = 6;

const scalarValue = (type: ScalarType): unknown => {
  switch (type) {
    case ScalarType.STRING:
      return 'kept';
    case ScalarType.BYTES:
      return Uint8Array.of(1, 2, 255);
    case ScalarType.BOOL:
      return true;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return 1.5;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return 4_294_967_301n;
    default:
      return 77;
  }
};

/** A message of a released type with something in every field; of a oneof the field with the number `choice` modulo. */
const filled = (type: DescMessage, choice: number, depth = 0): Message => {
  const message = reflect(type, create(type));
  for (const field of type.fields) {
    const { oneof } = field;
    if (oneof !== undefined && oneof.fields[choice % oneof.fields.length] !== field) continue;
    setField(message, field, choice, depth);
  }
  return message.message;
};

const setField = (message: ReturnType<typeof reflect>, field: DescField, choice: number, depth: number): void => {
  const inner = (of: DescMessage) => reflect(of, depth < MAX_DEPTH ? filled(of, choice, depth + 1) : create(of));
  // The last value of an enum: the one that was added last.
  switch (field.fieldKind) {
    case 'scalar':
      message.set(field, field.longAsString ? String(scalarValue(field.scalar)) : scalarValue(field.scalar));
      break;
    case 'enum':
      message.set(field, field.enum.values.at(-1)?.number ?? 0);
      break;
    case 'message':
      message.set(field, inner(field.message));
      break;
    case 'list': {
      const list = message.get(field);
      if (field.listKind === 'message') list.add(inner(field.message));
      else list.add(field.listKind === 'enum' ? (field.enum.values.at(-1)?.number ?? 0) : scalarValue(field.scalar));
      break;
    }
    case 'map': {
      const value =
        field.mapKind === 'message' ? inner(field.message) : field.mapKind === 'enum' ? 0 : scalarValue(field.scalar);
      message.get(field).set(scalarValue(field.mapKey), value);
      break;
    }
  }
};

/** Fields that the reader did not know, as paths. */
const unknownFields = (type: DescMessage, message: Message, path = type.name): readonly string[] => {
  const own = (message.$unknown ?? []).map(({ no }) => `${path}.${no}`);
  const view = reflect(type, message);
  const below = type.fields.flatMap((field) => {
    if (!view.isSet(field)) return [];
    const deeper = (inner: { readonly message: Message }, of: DescMessage) =>
      unknownFields(of, inner.message, `${path}.${field.name}`);
    if (field.fieldKind === 'message') return deeper(view.get(field), field.message);
    if (field.fieldKind === 'list' && field.listKind === 'message') {
      return [...view.get(field)].flatMap((item) => deeper(item as { message: Message }, field.message));
    }
    return [];
  });
  return [...own, ...below];
};

const mostChoices = (type: DescMessage, seen = new Set<string>()): number => {
  if (seen.has(type.typeName)) return 1;
  seen.add(type.typeName);
  const inner = type.fields.flatMap((field) => (field.message === undefined ? [] : [mostChoices(field.message, seen)]));
  return Math.max(1, ...type.oneofs.map(({ fields }) => fields.length), ...inner);
};

describe('bus messages as they were released', () => {
  const names = [...new Set(topicNames.map((name) => topics[name].schema.typeName))];

  it.each(names)('%s is read whole, with every value it had', (typeName) => {
    const then = released.getMessage(typeName);
    const now = topicNames.map((name) => topics[name].schema).find((schema) => schema.typeName === typeName);
    if (then === undefined || now === undefined) throw new Error(`${typeName} was not released: renew the image`);
    for (let choice = 0; choice < mostChoices(then); choice += 1) {
      const bytes = toBinary(then, filled(then, choice));
      const read = fromBinary(now, bytes);
      expect(unknownFields(now, read)).toEqual([]);
      // What is read and written again says the same to a reader of then: no value changed its meaning on the way.
      expect(fromBinary(then, toBinary(now, read))).toEqual(fromBinary(then, bytes));
    }
  });

  it('leave fields of a later version alone, and whole', () => {
    const [name = ''] = names;
    const then = released.getMessage(name);
    if (then === undefined) throw new Error('no message');
    const later = Uint8Array.of(...toBinary(then, create(then)), 0xfa, 0x7f, 2, 104, 105);
    const read = fromBinary(then, later);
    expect(toBinary(then, read)).toEqual(later);
  });
});
