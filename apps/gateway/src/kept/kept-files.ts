/** What files of their own keep of people: alarms of the console, packages of routes. */
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isMeant } from './kept-entry.ts';
import type { KeptEntry, KeptWish } from './kept-entry.ts';

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const time = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const readJson = async (file: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
};

const foldersNamed = async (data: string, start: string): Promise<readonly string[]> =>
  (await readdir(data).catch(() => [])).filter((name) => name.startsWith(start)).toSorted();

const alarmEntry = (place: string, alarm: Fields): KeptEntry => ({
  store: 'alarms',
  place,
  atMs: time(alarm['lastMs']),
  names: [text(alarm['uid']), text(alarm['callsign']), text(alarm['node'])].filter(Boolean),
  content: alarm,
});

const routeEntry = (place: string, kept: Fields): KeptEntry => {
  const route = isFields(kept['route']) ? kept['route'] : {};
  const node = typeof kept['node'] === 'number' ? `!${kept['node'].toString(16).padStart(8, '0')}` : '';
  return {
    store: 'routes',
    place,
    atMs: time(kept['atMs']),
    names: [text(route['uid']), text(route['name']), node].filter(Boolean),
    content: kept,
  };
};

interface KeptFile {
  readonly file: string;
  readonly entries: readonly KeptEntry[];
}

const alarmFiles = async (data: string): Promise<readonly KeptFile[]> => {
  const files: KeptFile[] = [];
  for (const folder of await foldersNamed(data, 'console-')) {
    const file = join(data, folder, 'alarms.json');
    const alarms = await readJson(file);
    if (Array.isArray(alarms))
      files.push({ file, entries: alarms.filter(isFields).map((alarm) => alarmEntry(relative(data, file), alarm)) });
  }
  return files;
};

const routeFiles = async (data: string): Promise<readonly KeptFile[]> => {
  const files: KeptFile[] = [];
  for (const folder of await foldersNamed(data, 'packages-')) {
    for (const name of await readdir(join(data, folder))) {
      const file = join(data, folder, name);
      const kept = name.endsWith('.json') ? await readJson(file) : undefined;
      if (isFields(kept) && isFields(kept['route']))
        files.push({ file, entries: [routeEntry(relative(data, file), kept)] });
    }
  }
  return files;
};

export const readKeptFiles = async function* (data: string, wish: KeptWish): AsyncGenerator<KeptEntry> {
  for (const { entries } of [...(await alarmFiles(data)), ...(await routeFiles(data))]) {
    for (const entry of entries) if (isMeant(entry, wish)) yield entry;
  }
};

export interface ErasedFiles {
  readonly alarms: number;
  readonly routes: number;
  /** Copies of packages that lie elsewhere, such as in folders of other programs: theirs to remove. */
  readonly elsewhere: readonly string[];
}

export const eraseKeptFiles = async (data: string, wish: KeptWish): Promise<ErasedFiles> => {
  let alarms = 0;
  for (const { file, entries } of await alarmFiles(data)) {
    const stay = entries.filter((entry) => !isMeant(entry, wish));
    if (stay.length === entries.length) continue;
    alarms += entries.length - stay.length;
    await writeFile(`${file}.new`, JSON.stringify(stay.map(({ content }) => content)), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
  let routes = 0;
  const elsewhere: string[] = [];
  for (const { file, entries } of await routeFiles(data)) {
    const [entry] = entries;
    if (entry === undefined || !isMeant(entry, wish)) continue;
    for (const copy of copiesOf(entry)) {
      if (relative(data, copy).startsWith('..')) elsewhere.push(copy);
      else await rm(copy, { force: true });
    }
    await rm(file);
    routes += 1;
  }
  return { alarms, routes, elsewhere };
};

const copiesOf = ({ content }: KeptEntry): readonly string[] => {
  const saved = isFields(content) ? content['savedTo'] : undefined;
  return Array.isArray(saved) ? saved.filter((path) => typeof path === 'string') : [];
};
