/** The shape of an options schema, as far as names, types and defaults go: for environment variables, unknown keys and docs. */
import { z } from 'zod';

export type Schema = z.core.$ZodType;

export type Shape =
  | { readonly kind: 'object'; readonly keys: Readonly<Record<string, Schema>> }
  | { readonly kind: 'record'; readonly value: Schema }
  | { readonly kind: 'array'; readonly element: Schema }
  | { readonly kind: 'union'; readonly options: readonly Schema[] }
  | { readonly kind: 'scalar'; readonly schema: Schema };

/** The schema inside, without what only says that it may be left out or is checked further. */
const inner = (schema: Schema): Schema | undefined => {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNonOptional ||
    schema instanceof z.ZodReadonly
  ) {
    return schema.unwrap();
  }
  // A preprocessing step stands before the schema, a transforming one behind it.
  if (schema instanceof z.ZodPipe) return schema.in instanceof z.ZodTransform ? schema.out : schema.in;
  return undefined;
};

/** A schema and everything it wraps, outermost first. */
export const layers = (schema: Schema): readonly Schema[] => {
  const within = inner(schema);
  return within === undefined ? [schema] : [schema, ...layers(within)];
};

export const shapeOf = (schema: Schema): Shape => {
  const core = layers(schema).at(-1) ?? schema;
  if (core instanceof z.ZodObject) return { kind: 'object', keys: core.shape };
  if (core instanceof z.ZodRecord) return { kind: 'record', value: core.valueType };
  if (core instanceof z.ZodArray) return { kind: 'array', element: core.element };
  if (core instanceof z.ZodUnion) return { kind: 'union', options: core.options };
  return { kind: 'scalar', schema: core };
};

/** The schemas a value at this place may follow: the options of a union, else the one. */
export const alternatives = (schema: Schema): readonly Exclude<Shape, { kind: 'union' }>[] => {
  const shape = shapeOf(schema);
  return shape.kind === 'union' ? shape.options.flatMap(alternatives) : [shape];
};

/** `listenPort` as `LISTEN_PORT`. */
export const environmentName = (key: string): string =>
  key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
