/** What a service was told, and where each of it came from: for people, so secrets are named without their values. Pure. */

export interface SettingRow {
  /** Such as `tak.listen.port`. */
  readonly path: string;
  /** As JSON; empty for a secret. */
  readonly value: string;
  /** `default`, `file:line:column`, `environment:VARIABLE`, or as the program says. */
  readonly source: string;
  readonly secret: boolean;
}

const DEFAULT = 'default';
/** Characters of a value, and bytes of all rows: below what the bus takes. */
const MAX_VALUE = 300;
const MAX_BYTES = 200_000;
/** Keys of what is secret, and of files with secrets: where keys lie is nobody's business either. */
const SECRET = /^(?:tokens?|keys?|psk)$|(?:password|passphrase|secret)$/i;

/**
 * One row for each option that has a value, in the order of the options; a list of plain values is one row.
 * @param sources of what was given, by path, as readOptions says
 */
export const settingRows = (options: unknown, sources: ReadonlyMap<string, string>): readonly SettingRow[] => {
  const rows: SettingRow[] = [];
  let bytes = 0;
  for (const { path, value } of leaves(options, [])) {
    const row = rowOf(path, value, sources);
    bytes += Buffer.byteLength(row.path + row.value + row.source) + ROW_BYTES;
    if (bytes > MAX_BYTES) return [...rows, { path: '…', value: '', source: 'more than can be shown', secret: false }];
    rows.push(row);
  }
  return rows;
};

const ROW_BYTES = 12;

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;

const leaves = (value: unknown, path: readonly string[]): readonly Leaf[] => {
  if (value === undefined) return [];
  if (isPlain(value) || (Array.isArray(value) && value.every(isPlain))) return [{ path, value }];
  return Object.entries(value as object).flatMap(([key, content]) => leaves(content, [...path, key]));
};

const rowOf = (levels: readonly string[], value: unknown, sources: ReadonlyMap<string, string>): SettingRow => {
  const path = levels.join('.');
  const secret = levels.some((level) => SECRET.test(level));
  const source = sources.get(path) ?? sources.get(`${path}.0`) ?? DEFAULT;
  const text = secret ? '' : JSON.stringify(withoutCredentials(value));
  return { path, value: text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text, source, secret };
};

/** URLs may hold a password, or a key of a map service behind the `?`. */
const withoutCredentials = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutCredentials);
  if (typeof value !== 'string' || !value.includes('://')) return value;
  return value.replace(/:\/\/[^/?#]*@/, '://…@').replace(/\?.*$/, '?…');
};

/** Of options that a program has changed since they were read: what differs has `source`. */
export const changedSources = (
  before: unknown,
  after: unknown,
  sources: ReadonlyMap<string, string>,
  source: string,
): ReadonlyMap<string, string> => {
  const known = new Map(leaves(before, []).map(({ path, value }) => [path.join('.'), JSON.stringify(value)]));
  const changed = new Map(sources);
  for (const { path, value } of leaves(after, [])) {
    const name = path.join('.');
    if (known.get(name) === JSON.stringify(value)) continue;
    changed.set(name, source);
  }
  return changed;
};
