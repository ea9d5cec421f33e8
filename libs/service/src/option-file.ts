/** A YAML file of options, with the place of everything in it. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import { isDeeperThan } from './option-depth.ts';
import type { OptionPath } from './option-environment.ts';

/** A hundred times the longest file anybody writes by hand. */
const MAX_FILE_BYTES = 256 * 1024;
/** Collections inside each other; the options need five. The parser needs stack for each, and cannot be trusted at the end of it. */
const MAX_DEPTH = 64;
/** More are not told: one mistake at the top of a long file can spoil every line. */
const MAX_FAULTS = 100;
/** Places an alias may be used in all; more is a bomb. */
const MAX_ALIASES = 100;

export interface OptionFile {
  /** Plain data; an empty map when the file is empty or faulty. */
  readonly value: Record<string, unknown>;
  readonly faults: readonly { readonly place: string; readonly message: string }[];
  /** `file:line:column` of a key, or of the nearest thing above it that is there. */
  placeOfKey(path: OptionPath): string;
  /** The same of a value. */
  placeOfValue(path: OptionPath): string;
  has(path: OptionPath): boolean;
}

/** Reads it whole; never throws, whatever the text. */
export const readOptionFile = (file: string, text: string): OptionFile => {
  const lines = new LineCounter();
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const faulty = (place: string, message: string): OptionFile => empty([{ place, message }], place);

  if (Buffer.byteLength(text) > MAX_FILE_BYTES) return faulty(`${file}:1:1`, `longer than ${MAX_FILE_BYTES} bytes`);
  if (isDeeperThan(MAX_DEPTH, text)) return faulty(`${file}:1:1`, 'nested too deep');
  let document: Document.Parsed;
  let value: unknown;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
    const problems = [...document.errors, ...document.warnings].slice(0, MAX_FAULTS);
    if (problems.length > 0) {
      return empty(
        problems.map(({ pos, message }) => ({ place: placeAt(pos[0]), message })),
        `${file}:1:1`,
      );
    }
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    // Bombs of aliases, and aliases of nothing.
    return faulty(`${file}:1:1`, error instanceof Error ? error.message : String(error));
  }
  if (value === null || value === undefined) return empty([], `${file}:1:1`);
  if (!isRecord(value)) return faulty(`${file}:1:1`, 'must be a map of options');

  const place = (path: OptionPath, of: 'key' | 'value'): string => {
    const offset = offsetOf(document, path, of);
    return placeAt(offset);
  };
  return {
    value,
    faults: [],
    placeOfKey: (path) => place(path, 'key'),
    placeOfValue: (path) => place(path, 'value'),
    has: (path) => walk(document, path).depth === path.length,
  };
};

const empty = (faults: OptionFile['faults'], place: string): OptionFile => ({
  value: {},
  faults,
  placeOfKey: () => place,
  placeOfValue: () => place,
  has: () => false,
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Step {
  /** How many levels of the path are there. */
  readonly depth: number;
  readonly keyOffset: number;
  readonly valueOffset: number;
}

const offsetOf = (document: Document.Parsed, path: OptionPath, of: 'key' | 'value'): number => {
  const { keyOffset, valueOffset } = walk(document, path);
  return of === 'key' ? keyOffset : valueOffset;
};

const startOf = (node: unknown, otherwise: number): number => (node as Node | null)?.range?.[0] ?? otherwise;

const walk = (document: Document.Parsed, path: OptionPath): Step => {
  let node: unknown = document.contents;
  let step: Step = { depth: 0, keyOffset: startOf(node, 0), valueOffset: startOf(node, 0) };
  for (const level of path) {
    const target = isAlias(node) ? node.resolve(document) : node;
    const found = childOf(target, level);
    if (found === undefined) return step;
    const keyOffset = startOf(found.key, step.valueOffset);
    step = { depth: step.depth + 1, keyOffset, valueOffset: startOf(found.value, keyOffset) };
    node = found.value;
  }
  return step;
};

const childOf = (node: unknown, level: string | number): { key: unknown; value: unknown } | undefined => {
  if (isMap(node)) return node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(level));
  if (!isSeq(node) || typeof level !== 'number') return undefined;
  const item = node.items[level];
  return item === undefined ? undefined : { key: item, value: item };
};
