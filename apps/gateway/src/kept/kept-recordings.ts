/** What recordings keep of people, line by line. */
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { isMeant, namesInXml } from './kept-entry.ts';
import type { KeptEntry, KeptWish } from './kept-entry.ts';

const FILE = /^cotbus-[\dTZ-]+\.jsonl\.gz$/;

const filesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder).catch(() => [])).filter((name) => FILE.test(name)).toSorted();

type Line = Readonly<Record<string, unknown>>;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Lines as they stand there; what is cut off or damaged at the end is not among them. */
const linesOf = async function* (file: string): AsyncGenerator<string> {
  const unpacked = createReadStream(file).pipe(createGunzip());
  // Damage ends the lines; those before it were read.
  unpacked.on('error', () => unpacked.push(null));
  const reader = createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of reader) yield line;
  } catch {
    // The same.
  }
};

const parse = (line: string): Line => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Line) : {};
  } catch {
    return {};
  }
};

/** Frames say who sent them by node; which of a node's frames was somebody's report, the outcomes know. */
const frameName = (node: unknown, packetId: unknown): string => `frame ${text(node)} ${String(packetId)}`;

const namesOf = (line: Line): readonly string[] => [
  ...['from', 'to', 'name', 'shortName', 'uid', 'callsign', 'node'].map((key) => text(line[key])).filter(Boolean),
  ...namesInXml(text(line['xml'])),
  ...(line['type'] === 'frame' ? [frameName(line['from'], line['id'])] : []),
];

const entryOf = (place: string, line: string): KeptEntry | undefined => {
  const content = parse(line);
  if ('recording' in content || content['type'] === 'gap') return undefined;
  const atMs = Date.parse(text(content['at']));
  return { store: 'recordings', place, atMs: Number.isNaN(atMs) ? undefined : atMs, names: namesOf(content), content };
};

/** The frames that outcomes say were of the people who are meant. */
const withFrames = async (file: string, wish: KeptWish): Promise<KeptWish> => {
  if (wish.names.length === 0) return wish;
  const frames: string[] = [];
  for await (const line of linesOf(file)) {
    const content = parse(line);
    if (content['type'] !== 'outcome' || !isMeant({ names: namesOf(content), atMs: undefined }, { names: wish.names }))
      continue;
    frames.push(frameName(content['node'], content['packetId']));
  }
  return { ...wish, names: [...wish.names, ...new Set(frames)] };
};

export const readKeptRecordings = async function* (folder: string, wish: KeptWish): AsyncGenerator<KeptEntry> {
  for (const name of await filesIn(folder)) {
    const file = join(folder, name);
    const wider = await withFrames(file, wish);
    for await (const line of linesOf(file)) {
      const entry = entryOf(file, line);
      if (entry !== undefined && isMeant(entry, wider)) yield entry;
    }
  }
};

/** A recording of which nothing is left but its header goes. @returns how many lines */
export const eraseKeptRecordings = async (folder: string, wish: KeptWish): Promise<number> => {
  let erased = 0;
  for (const name of await filesIn(folder)) {
    const file = join(folder, name);
    const wider = await withFrames(file, wish);
    let kept = 0;
    let gone = 0;
    const remaining = async function* (): AsyncGenerator<string> {
      for await (const line of linesOf(file)) {
        const entry = entryOf(file, line);
        if (entry !== undefined && isMeant(entry, wider)) {
          gone += 1;
          continue;
        }
        if (entry !== undefined) kept += 1;
        yield `${line}\n`;
      }
    };
    const next = `${file}.new`;
    await pipeline(Readable.from(remaining()), createGzip(), createWriteStream(next, { mode: 0o600 }));
    erased += gone;
    if (gone === 0 || kept === 0) await rm(next);
    if (gone > 0 && kept === 0) await rm(file);
    else if (gone > 0) await rename(next, file);
  }
  return erased;
};

/** Whole recordings to which nothing was added since then. @returns how many */
export const removeOldRecordings = async (folder: string, beforeMs: number): Promise<number> => {
  let removed = 0;
  for (const name of await filesIn(folder)) {
    const { mtimeMs } = await stat(join(folder, name));
    if (mtimeMs >= beforeMs) continue;
    await rm(join(folder, name), { force: true });
    removed += 1;
  }
  return removed;
};
