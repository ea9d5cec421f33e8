/**
 * Options out of environment variables: `tak.listen.port` is `COTBUS_TAK_LISTEN_PORT`, `radios[0].tcp` is `COTBUS_RADIOS_0_TCP`.
 * With `_FILE` behind the name the value stands in a file, as orchestrators hand out secrets: `COTBUS_BUS_PASSWORD_FILE`.
 */
import { z } from 'zod';
import { alternatives, environmentName } from './option-schema.ts';
import type { Schema } from './option-schema.ts';

/** Entries of one list; nobody has as many radios. */
const MAX_INDEX = 255;

export type OptionPath = readonly (string | number)[];

export interface EnvironmentOption {
  readonly variable: string;
  readonly path: OptionPath;
  readonly value: unknown;
}

export interface Environment {
  readonly given: readonly EnvironmentOption[];
  /** Variables with our prefix that are no option. */
  readonly unknown: readonly string[];
  /** Variables that name a file which cannot be read. */
  readonly unreadable: readonly string[];
}

/** The text of a file; undefined when it cannot be read. */
export type ReadFile = (file: string) => string | undefined;

const FILE_SUFFIX = '_FILE';

/**
 * The options among the variables that begin with `<prefix>_`, numbers and booleans as such where the schema wants them.
 * An empty variable counts as not set: that is how compose files pass on what nobody set.
 */
export const readEnvironment = (
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
  prefix: string,
  readFile: ReadFile,
): Environment => {
  const given: EnvironmentOption[] = [];
  const unknown: string[] = [];
  const unreadable: string[] = [];
  for (const [variable, text] of Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (!variable.startsWith(`${prefix}_`) || text === undefined || text === '') continue;
    const found = find(schema, variable.slice(prefix.length));
    if (found !== undefined) {
      given.push({ variable, path: found.path, value: coerce(found.schema, text) });
      continue;
    }
    const fromFile = variable.endsWith(FILE_SUFFIX)
      ? find(schema, variable.slice(prefix.length, -FILE_SUFFIX.length))
      : undefined;
    const content = fromFile && readFile(text);
    if (fromFile === undefined) unknown.push(variable);
    else if (content === undefined) unreadable.push(variable);
    // The line break is the editor's, not the secret's.
    else given.push({ variable, path: fromFile.path, value: coerce(fromFile.schema, content.replace(/\r?\n$/, '')) });
  }
  return { given, unknown, unreadable };
};

interface Found {
  readonly path: OptionPath;
  readonly schema: Schema;
}

/** The option that the rest of a variable's name stands for; each level of it begins with `_`. */
const find = (schema: Schema, rest: string): Found | undefined => {
  if (rest === '') return alternatives(schema).some(({ kind }) => kind === 'scalar') ? { path: [], schema } : undefined;
  for (const shape of alternatives(schema)) {
    for (const [key, level, child] of childrenOf(shape, rest)) {
      const found = find(child, rest.slice(level.length + 1));
      if (found !== undefined) return { ...found, path: [key, ...found.path] };
    }
  }
  return undefined;
};

type Child = readonly [key: string | number, level: string, schema: Schema];

/** What the next level of the name may be. */
const childrenOf = (shape: ReturnType<typeof alternatives>[number], rest: string): readonly Child[] => {
  switch (shape.kind) {
    case 'object':
      return Object.entries(shape.keys)
        .map(([key, child]): Child => [key, environmentName(key), child])
        .filter(([, level]) => rest === `_${level}` || rest.startsWith(`_${level}_`));
    case 'array': {
      const index = /^_(0|[1-9]\d{0,3})(?=_|$)/.exec(rest)?.[1];
      return index === undefined || Number(index) > MAX_INDEX ? [] : [[Number(index), index, shape.element]];
    }
    case 'record': {
      // The case of a key is lost in a variable; keys of records are lower case by custom.
      const level = /^_([A-Z0-9]+)(?=_|$)/.exec(rest)?.[1];
      return level === undefined ? [] : [[level.toLowerCase(), level, shape.value]];
    }
    case 'scalar':
      return [];
  }
};

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

/** The text as the type that the schema wants; as text where it fits none, for the schema to refuse. */
const coerce = (schema: Schema, text: string): unknown => {
  for (const shape of alternatives(schema)) {
    if (shape.kind !== 'scalar') continue;
    const core = shape.schema;
    if (core instanceof z.ZodNumber && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
    if (core instanceof z.ZodBoolean && Object.hasOwn(BOOLEANS, text.toLowerCase()))
      return BOOLEANS[text.toLowerCase()];
    if (core instanceof z.ZodLiteral) {
      const literal = [...core.values].find((value) => String(value) === text);
      if (literal !== undefined) return literal;
    }
  }
  return text;
};
