/** The journals of the active instance: what is written is written here and at the standby before anybody is told. */
import { join, relative } from 'node:path';
import type { JournalFile, JournalFs } from '@cotbus/service';
import { isCopiedFile } from './copy-steps.ts';
import type { CopyStep } from './copy-steps.ts';

export interface Mirror {
  /** False: this instance is active no more, and must not write. */
  readonly holds: () => boolean;
  /** Resolves when the write may count as done; rejects when it never will. */
  readonly write: (step: CopyStep) => Promise<void>;
}

export interface MirroredJournals {
  readonly fs: JournalFs;
  /** What was opened, for a copy; the files in the order in which they were made. */
  contents(): { readonly folders: readonly string[]; readonly files: readonly string[] };
}

/** Another instance is active now. */
export class LeaseLostError extends Error {
  readonly code = 'lease_lost';
  constructor() {
    super('this instance is not active any more');
    this.name = 'LeaseLostError';
  }
}

/** @param folder of all journals */
export const mirrorJournals = (fs: JournalFs, folder: string, mirror: Mirror): MirroredJournals => {
  const folders = new Set<string>();
  const files = new Set<string>();
  const nameOf = (path: string): string => relative(folder, path).replaceAll('\\', '/');
  const check = (): void => {
    if (!mirror.holds()) throw new LeaseLostError();
  };
  /** Both at once: neither waits for the other. */
  const both = async (here: () => Promise<void>, step: CopyStep): Promise<void> => {
    check();
    const there = mirror.write(step);
    there.catch(() => {});
    await here();
    await there;
    check();
  };
  const mirrored = (file: string, inner: JournalFile): JournalFile => {
    let length = 0;
    return {
      append: (bytes) => {
        const offset = length;
        length += bytes.length;
        return both(() => inner.append(bytes), { kind: 'append', file, offset, bytes });
      },
      truncate: (to) => {
        length = to;
        return both(() => inner.truncate(to), { kind: 'truncate', file, offset: to });
      },
      sync: () => both(() => inner.sync(), { kind: 'sync', file }),
      close: () => inner.close(),
    };
  };
  return {
    contents: () => ({ folders: [...folders], files: [...files] }),
    fs: {
      ...fs,
      makeFolder: async (path) => {
        check();
        folders.add(nameOf(path));
        await fs.makeFolder(path);
      },
      list: async (path) => {
        const names = await fs.list(path);
        const found = names.map((name) => nameOf(join(path, name))).filter(isCopiedFile);
        for (const file of found.toSorted()) files.add(file);
        return names;
      },
      create: async (path) => {
        check();
        const file = nameOf(path);
        const created = await fs.create(path);
        files.add(file);
        return mirrored(file, created);
      },
      remove: async (path) => {
        const file = nameOf(path);
        files.delete(file);
        await both(() => fs.remove(path), { kind: 'remove', file });
      },
    },
  };
};
