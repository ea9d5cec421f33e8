/** Options out of a YAML file and the environment, which wins. All faults are found at once, each with its place. */
import type { z } from 'zod';
import { upgradeConfig } from './config-version.ts';
import type { ConfigStep } from './config-version.ts';
import { readEnvironment } from './option-environment.ts';
import type { EnvironmentOption, OptionPath, ReadFile } from './option-environment.ts';
import { readOptionFile } from './option-file.ts';
import type { OptionFile } from './option-file.ts';
import { alternatives, environmentName } from './option-schema.ts';
import type { Schema } from './option-schema.ts';
import { printable } from './printable.ts';

export interface OptionFault {
  /** `file:line:column` or `environment:VARIABLE`. */
  readonly place: string;
  /** Such as `radios.0.tcp`; empty when it is about the whole. */
  readonly path: string;
  readonly message: string;
}

export type ReadOptions<Options> =
  | {
      readonly ok: true;
      readonly options: Options;
      /** Where each value given came from, by its path; the others are defaults. */
      readonly sources: ReadonlyMap<string, string>;
    }
  | { readonly ok: false; readonly faults: readonly OptionFault[] };

export interface ReadOptionsInput<Options> {
  /** An object. Keys that it does not know are faults, whether or not it is strict. */
  readonly schema: z.ZodType<Options>;
  readonly yaml?: { readonly file: string; readonly text: string };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the variables, such as `COTBUS`. */
  readonly envPrefix: string;
  /** Sections of the file, with their variables, that other services read: left alone. */
  readonly others?: readonly string[];
  /** For variables that name a file with the value; without it there are none. */
  readonly readFile?: ReadFile;
  /** What leads from older versions of the file to that of today. */
  readonly steps?: readonly ConfigStep[];
}

/** A fault as one line: `file:line:column: path: message`. */
export const faultText = ({ place, path, message }: OptionFault): string =>
  printable([place, path, message].filter((part) => part !== '').join(': '));

/** Never throws, whatever stands in the file and the environment. */
export const readOptions = <Options>(input: ReadOptionsInput<Options>): ReadOptions<Options> => {
  const { schema, yaml, envPrefix, others = [], readFile = () => undefined } = input;
  const file = readOptionFile(yaml?.file ?? 'options', yaml?.text ?? '');
  if (file.faults.length > 0) {
    return { ok: false, faults: file.faults.map((fault) => ({ ...fault, path: '' })) };
  }
  const upgraded = upgradeConfig(file.value, input.steps);
  if (!upgraded.ok) {
    return {
      ok: false,
      faults: [{ place: file.placeOfValue(['version']), path: 'version', message: upgraded.message }],
    };
  }
  const environment = readEnvironment(schema, withoutOthers(input.env, envPrefix, others), envPrefix, readFile);
  const content = withoutKeys(
    upgraded.file as Record<string, unknown>,
    others.map((section) => [section]),
  );
  const value = plainCopy(content);
  for (const { path, value: given } of environment.given) setIn(value, path, given);

  const unknownKeys = findUnknown(schema, content, []);
  const parsed = schema.safeParse(withoutKeys(value, unknownKeys));
  const places: Places = { file: yaml === undefined ? undefined : file, given: environment.given, envPrefix };
  const faults = [
    ...unknownKeys.map((path): OptionFault => ({
      place: file.placeOfKey(path),
      path: path.join('.'),
      message: 'there is no such option',
    })),
    ...environment.unknown.map((variable): OptionFault => ({
      place: `environment:${variable}`,
      path: '',
      message: 'there is no such option',
    })),
    ...environment.unreadable.map((variable): OptionFault => ({
      place: `environment:${variable}`,
      path: '',
      message: 'names a file that cannot be read',
    })),
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => faultsOf(issue, [], places))),
  ];
  if (!parsed.success || faults.length > 0) return { ok: false, faults };
  return { ok: true, options: parsed.data, sources: sourcesOf(value, places) };
};

const withoutOthers = <V>(
  env: Readonly<Record<string, V>>,
  prefix: string,
  others: readonly string[],
): Readonly<Record<string, V>> => {
  const starts = others.map((section) => `${prefix}_${environmentName(section)}_`);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !starts.some((start) => name.startsWith(start))));
};

interface Places {
  readonly file: OptionFile | undefined;
  readonly given: readonly EnvironmentOption[];
  readonly envPrefix: string;
}

const startsWith = (path: OptionPath, start: OptionPath): boolean =>
  start.every((level, index) => path[index] === level);

/** Where the value at a path was given, or where it is missing. */
const placeOf = (path: OptionPath, { file, given, envPrefix }: Places): string => {
  const own = given.find((option) => startsWith(path, option.path));
  if (own !== undefined) return `environment:${own.variable}`;
  const below = given.find((option) => startsWith(option.path, path));
  if (below !== undefined && file?.has(path) !== true) return `environment:${below.variable}`;
  return file?.placeOfValue(path) ?? `environment:${[envPrefix, ...path.map(String).map(environmentName)].join('_')}`;
};

const faultsOf = (issue: z.core.$ZodIssue, above: OptionPath, places: Places): readonly OptionFault[] => {
  const path = [...above, ...issue.path.map((level) => (typeof level === 'number' ? level : String(level)))];
  if (issue.code === 'invalid_union') {
    // The alternative that was meant is the one with the fewest faults.
    const [best] = issue.errors.toSorted((a, b) => a.length - b.length);
    if (best !== undefined && best.length > 0) return best.flatMap((inner) => faultsOf(inner, path, places));
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  const message = missing ? `is missing, ${issue.expected} expected` : issue.message;
  return [{ place: placeOf(path, places), path: path.join('.'), message }];
};

const isContainer = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null;

/** A copy in which aliases are things of their own. */
const plainCopy = <T>(value: T): T => {
  if (Array.isArray(value)) return value.map(plainCopy) as T;
  if (!isContainer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, content]) => [key, plainCopy(content)])) as T;
};

const setIn = (root: Record<string | number, unknown>, path: OptionPath, value: unknown): void => {
  let at = root;
  for (const [index, level] of path.entries()) {
    const next = path[index + 1];
    if (next === undefined) {
      at[level] = value;
      return;
    }
    const known = at[level];
    const container = isContainer(known) ? known : typeof next === 'number' ? ([] as Record<number, unknown>) : {};
    at[level] = container;
    at = container;
  }
};

/** Paths of the keys that no alternative of the schema knows. */
const findUnknown = (schema: Schema, value: unknown, path: OptionPath): readonly OptionPath[] => {
  if (!isContainer(value)) return [];
  const shapes = alternatives(schema);
  if (Array.isArray(value)) {
    const element = shapes.find((shape) => shape.kind === 'array')?.element;
    return element === undefined ? [] : value.flatMap((item, index) => findUnknown(element, item, [...path, index]));
  }
  const objects = shapes.filter((shape) => shape.kind === 'object');
  const record = shapes.find((shape) => shape.kind === 'record');
  if (objects.length === 0 && record === undefined) return [];
  return Object.entries(value).flatMap(([key, content]) => {
    const children = objects.flatMap(({ keys }) => (Object.hasOwn(keys, key) ? [keys[key] as Schema] : []));
    if (record !== undefined) children.push(record.value);
    const deeper = children.map((child) => findUnknown(child, content, [...path, key]));
    return deeper.toSorted((a, b) => a.length - b.length)[0] ?? [[...path, key]];
  });
};

/** A copy without them: they are named once, not again by a strict schema. */
const withoutKeys = <T>(value: T, paths: readonly OptionPath[]): T => {
  const copy = plainCopy(value);
  for (const path of paths) {
    let at: unknown = copy;
    for (const level of path.slice(0, -1)) at = isContainer(at) ? at[level] : undefined;
    const last = path.at(-1);
    if (isContainer(at) && last !== undefined) delete at[last];
  }
  return copy;
};

const sourcesOf = (value: unknown, places: Places, path: OptionPath = []): ReadonlyMap<string, string> => {
  if (!isContainer(value)) return new Map([[path.join('.'), placeOf(path, places)]]);
  const entries: (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item: unknown, index) => [index, item] as const)
    : Object.entries(value);
  return new Map(entries.flatMap(([key, content]) => [...sourcesOf(content, places, [...path, key])]));
};
