/** What options there are, out of their schema: for tables in the docs, which are tested against it. */
import { z } from 'zod';
import { environmentName, layers, shapeOf } from './option-schema.ts';
import type { Schema } from './option-schema.ts';

export interface OptionDoc {
  /** Such as `tak.listen.port`; `<n>` stands for an index, `<name>` for a key that the operator chooses. */
  readonly path: string;
  readonly env: string;
  /** Such as `number` or `"auto" | "v2"`. */
  readonly type: string;
  /** As JSON; undefined when there is none. */
  readonly default: string | undefined;
  readonly description: string;
}

/** One entry for each option, in the order of the schema. */
export const optionDocs = (schema: Schema, envPrefix: string): readonly OptionDoc[] =>
  uniquePaths(collect(schema, '', envPrefix));

const collect = (schema: Schema, path: string, env: string): readonly OptionDoc[] => {
  const below = (level: string, envLevel: string, child: Schema): readonly OptionDoc[] =>
    collect(child, path === '' ? level : `${path}.${level}`, `${env}_${envLevel}`);
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'object':
      return Object.entries(shape.keys).flatMap(([key, child]) => below(key, environmentName(key), child));
    case 'array':
      return shapeOf(shape.element).kind === 'scalar'
        ? [docOf(schema, path, `${env}_<N>`, `list of ${typeText(shape.element)}`)]
        : below('<n>', '<N>', shape.element);
    case 'record':
      return below('<name>', '<NAME>', shape.value);
    case 'union':
      return shape.options.some((option) => shapeOf(option).kind !== 'scalar')
        ? shape.options.flatMap((option) => collect(option, path, env))
        : [docOf(schema, path, env, shape.options.map(typeText).join(' | '))];
    case 'scalar':
      return [docOf(schema, path, env, typeText(shape.schema))];
  }
};

const docOf = (schema: Schema, path: string, env: string, type: string): OptionDoc => {
  const all = layers(schema);
  const withDefault = all.find((layer) => layer instanceof z.ZodDefault || layer instanceof z.ZodPrefault);
  return {
    path,
    env,
    type,
    default: withDefault === undefined ? undefined : JSON.stringify(withDefault.def.defaultValue),
    description: all.map((layer) => z.globalRegistry.get(layer)?.description).find((text) => text !== undefined) ?? '',
  };
};

const typeText = (schema: Schema): string => {
  const core = layers(schema).at(-1) ?? schema;
  if (core instanceof z.ZodEnum) return core.options.map((option) => JSON.stringify(option)).join(' | ');
  if (core instanceof z.ZodLiteral) return [...core.values].map((value) => JSON.stringify(value)).join(' | ');
  return core instanceof z.ZodType ? core.def.type : 'value';
};

/** Alternatives of a union share paths; the first one speaks for all. */
const uniquePaths = (docs: readonly OptionDoc[]): readonly OptionDoc[] =>
  docs.filter(({ path }, index) => docs.findIndex((doc) => doc.path === path) === index);
