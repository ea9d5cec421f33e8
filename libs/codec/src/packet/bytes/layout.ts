/**
 * How the messages of a packet lie in bytes, taken from the descriptors once. The general runtime of the library looks
 * each field up again for each packet; this is several times faster at the one message that every frame holds.
 */
import { ScalarType } from '@bufbuild/protobuf';
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { templateOf } from '../../cot/template.ts';

export const VARINT = 0;
export const FIXED_64 = 1;
export const LENGTH = 2;
export const FIXED_32 = 5;

/** What the schema of the packet uses, and no more. */
type ScalarKind = 'uint32' | 'enum' | 'sint32' | 'bool' | 'fixed32' | 'sfixed32' | 'string' | 'bytes';

export interface FieldLayout {
  readonly number: number;
  /** Of the property in the generated type. */
  readonly name: string;
  readonly kind: ScalarKind | 'message';
  readonly wireType: number;
  /** Number and wire type, as they are written; of a packed list with that of its length. */
  readonly tag: number;
  readonly isList: boolean;
  readonly isPacked: boolean;
  /** Written when it is there, even when it is zero or empty. */
  readonly hasPresence: boolean;
  /** The property of the oneof that holds it. */
  readonly oneof: string | undefined;
  readonly message: MessageLayout | undefined;
}

export interface MessageLayout {
  /** In ascending order of their numbers, which is the order in which they are written. */
  readonly fields: readonly FieldLayout[];
  /** Index is the number. */
  readonly byNumber: readonly (FieldLayout | undefined)[];
  /** The property of its oneof, of which no message has two. */
  readonly oneof: string | undefined;
  /** The empty message, its lists its own. */
  readonly empty: () => Record<string, unknown>;
}

const scalarKinds: ReadonlyMap<ScalarType, ScalarKind> = new Map([
  [ScalarType.UINT32, 'uint32'],
  [ScalarType.SINT32, 'sint32'],
  [ScalarType.BOOL, 'bool'],
  [ScalarType.FIXED32, 'fixed32'],
  [ScalarType.SFIXED32, 'sfixed32'],
  [ScalarType.STRING, 'string'],
  [ScalarType.BYTES, 'bytes'],
]);

const wireTypes: Readonly<Record<ScalarKind | 'message', number>> = {
  uint32: VARINT,
  enum: VARINT,
  sint32: VARINT,
  bool: VARINT,
  fixed32: FIXED_32,
  sfixed32: FIXED_32,
  string: LENGTH,
  bytes: LENGTH,
  message: LENGTH,
};

const kindOf = (field: DescField): FieldLayout['kind'] => {
  if (field.message !== undefined) return 'message';
  const kind = field.enum === undefined ? scalarKinds.get(field.scalar ?? ScalarType.INT32) : 'enum';
  if (kind === undefined) throw new Error(`${String(field)} is of a type that packets have not had so far`);
  return kind;
};

/** Of `google.protobuf.FeatureSet.FieldPresence`: `optional`, sub-messages and members of a oneof. */
const isExplicit = (presence: number): boolean => presence === 1;

const fieldLayout = (field: DescField): FieldLayout => {
  const kind = kindOf(field);
  const isList = field.fieldKind === 'list';
  const isPacked = isList && field.packed;
  const wireType = wireTypes[kind];
  return {
    number: field.number,
    name: field.localName,
    kind,
    wireType,
    tag: (field.number << 3) | (isPacked ? LENGTH : wireType),
    isList,
    isPacked,
    hasPresence: !isList && isExplicit(field.presence),
    oneof: field.oneof?.localName,
    message: field.message && layoutOf(field.message),
  };
};

const layouts = new Map<DescMessage, MessageLayout>();

/** Messages that hold themselves are none of ours. */
export const layoutOf = (schema: DescMessage): MessageLayout => {
  const known = layouts.get(schema);
  if (known !== undefined) return known;
  const fields = schema.fields.map((field) => fieldLayout(field)).sort((a, b) => a.number - b.number);
  const byNumber: (FieldLayout | undefined)[] = [];
  for (const field of fields) byNumber[field.number] = field;
  const oneof = fields.find((field) => field.oneof !== undefined)?.oneof;
  if (fields.some((field) => field.oneof !== undefined && field.oneof !== oneof)) {
    throw new Error(`${String(schema)} has two oneofs, which packets have not had so far`);
  }
  const layout = { fields, byNumber, oneof, empty: emptyOf(schema, fields) };
  layouts.set(schema, layout);
  return layout;
};

const emptyOf = (schema: DescMessage, fields: readonly FieldLayout[]): MessageLayout['empty'] => {
  const empty = templateOf(schema) as unknown as Record<string, unknown>;
  // What a copy must not share.
  const owned = fields.filter(({ isList }) => isList).map(({ name }) => name);
  const oneofs = schema.oneofs.map(({ localName }) => localName).filter((name) => name in empty);
  if (owned.length === 0 && oneofs.length === 0) return () => ({ ...empty });
  return () => {
    const fresh = { ...empty };
    for (const name of owned) fresh[name] = [];
    for (const name of oneofs) fresh[name] = { case: undefined };
    return fresh;
  };
};
