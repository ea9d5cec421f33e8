/** The packages that are kept, one of each uid: what can be listed and fetched. A folder with a file for each. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNameOfUid } from './file-name.ts';
import { parseKeptRoute } from './kept-route.ts';
import type { KeptRoute } from './kept-route.ts';
import { writeWhole } from './write-whole.ts';

export interface LibraryOptions {
  readonly folder: string;
  readonly maxRoutes: number;
  readonly maxAgeMs: number;
  /** Its package is no longer kept: it was replaced, or grew too old, or there were too many. */
  readonly dropped: (kept: KeptRoute, why: 'replaced' | 'retired') => void;
}

export interface Library {
  ofUid(uid: string): KeptRoute | undefined;
  ofHash(hash: string): KeptRoute | undefined;
  /** Oldest first. */
  all(): readonly KeptRoute[];
  /** Takes the place of what has the same uid. Throws what the file system throws; then nothing has changed. */
  put(kept: KeptRoute): Promise<void>;
  /** Lets go of what is too old. */
  retire(nowMs: number): Promise<void>;
}

/** Throws what the file system throws. Files that cannot be read as routes are left alone. */
export const openLibrary = async (options: LibraryOptions): Promise<Library> => {
  const { folder, maxRoutes, maxAgeMs, dropped } = options;
  const routes = new Map((await readAll(folder)).map((kept) => [kept.route.uid, kept]));
  const pathOf = ({ route }: KeptRoute): string => join(folder, `${fileNameOfUid(route.uid)}.json`);
  const drop = async (kept: KeptRoute): Promise<void> => {
    routes.delete(kept.route.uid);
    dropped(kept, 'retired');
    await rm(pathOf(kept), { force: true });
  };
  const retire = async (nowMs: number): Promise<void> => {
    const tooMany = routes.size - maxRoutes;
    for (const [index, kept] of [...routes.values()].entries()) {
      if (index < tooMany || kept.atMs < nowMs - maxAgeMs) await drop(kept);
    }
  };
  return {
    ofUid: (uid) => routes.get(uid),
    ofHash: (hash) => [...routes.values()].find((kept) => kept.hash === hash),
    all: () => [...routes.values()],
    put: async (kept) => {
      await writeWhole(pathOf(kept), `${JSON.stringify(kept)}\n`);
      const before = routes.get(kept.route.uid);
      routes.delete(kept.route.uid);
      routes.set(kept.route.uid, kept);
      if (before !== undefined && before.hash !== kept.hash) dropped(before, 'replaced');
      await retire(kept.atMs);
    },
    retire,
  };
};

const readAll = async (folder: string): Promise<readonly KeptRoute[]> => {
  await mkdir(folder, { recursive: true });
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts
    .map(parseKeptRoute)
    .filter((kept) => kept !== undefined)
    .toSorted((a, b) => a.atMs - b.atMs);
};
