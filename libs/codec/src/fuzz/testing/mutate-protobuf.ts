/** Protobuf that is still protobuf, with other fields: what a mutation of bytes rarely gives. */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { mutateBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';

interface Field {
  readonly number: number;
  readonly wireType: WireType;
  /** Without the tag; with the length, if it has one. */
  readonly value: Uint8Array;
}

/** Undefined when it is none. */
const readFields = (bytes: Uint8Array): readonly Field[] | undefined => {
  const reader = new BinaryReader(bytes);
  const fields: Field[] = [];
  try {
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      const start = reader.pos;
      reader.skip(wireType, number);
      fields.push({ number, wireType, value: bytes.subarray(start, reader.pos) });
    }
  } catch {
    return undefined;
  }
  return fields;
};

const writeFields = (fields: readonly Field[]): Uint8Array => {
  const writer = new BinaryWriter();
  for (const { number, wireType, value } of fields) writer.tag(number, wireType).raw(value);
  return writer.finish();
};

const VARINTS = [0, 1, 2, 127, 128, 1000, 36_001, 0x7fffffff, 0x80000000, 0xffffffff];

const withLength = (content: Uint8Array): Uint8Array => new BinaryWriter().bytes(content).finish();

const changedValue = (random: Random, { wireType, value }: Field): Uint8Array => {
  switch (wireType) {
    case WireType.Varint:
      return new BinaryWriter().uint32(random.pick(VARINTS)).finish();
    case WireType.LengthDelimited: {
      const content = new BinaryReader(value).bytes();
      const inner = content.length > 1 && random.chance(0.7) ? readFields(content) : undefined;
      return withLength(inner === undefined ? mutateBytes(random, content, content) : edited(random, inner, inner));
    }
    default:
      return value.map((byte) => (random.chance(0.5) ? random.below(256) : byte));
  }
};

const edited = (random: Random, fields: readonly Field[], others: readonly Field[]): Uint8Array => {
  const changed = [...fields];
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    const at = random.below(changed.length + 1);
    const field = changed[at];
    const choice = random.below(6);
    if (field !== undefined && choice < 3) changed[at] = { ...field, value: changedValue(random, field) };
    else if (field !== undefined && choice === 3) changed.splice(at, 1);
    else if (field !== undefined && choice === 4) changed.splice(random.below(changed.length + 1), 0, field);
    else if (others.length > 0) changed.splice(at, 0, random.pick(others));
  }
  return writeFields(changed);
};

/** @param other of the same message */
export const mutateProtobuf = (random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array => {
  const [fields, others] = [readFields(bytes), readFields(other)];
  return fields === undefined || random.chance(0.2)
    ? mutateBytes(random, bytes, other)
    : edited(random, fields, others ?? []);
};
