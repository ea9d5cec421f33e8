/** A file system in memory that fills up, breaks and crashes on demand. */
// oxlint-disable max-lines-per-function -- one state that all operations share
import { dirname } from 'node:path';
import type { JournalFile, JournalFs } from '../journal-fs.ts';

type Operation = 'makeFolder' | 'syncFolder' | 'list' | 'read' | 'create' | 'append' | 'truncate' | 'sync' | 'remove';

interface StoredFile {
  data: Uint8Array;
  /** What of it is on the disk. */
  synced: Uint8Array;
  /** Whether its name is on the disk. */
  named: boolean;
}

export interface MemoryFs extends JournalFs {
  /** Bytes of all files together; what does not fit is refused with ENOSPC, after what fits was written. */
  spaceBytes: number;
  /** Operations that fail, and with which code, until taken out. */
  readonly faults: Map<Operation, string>;
  /** After so many more appended bytes the machine stops: an append is torn there, and nothing works any more. */
  stopAfterBytes: number;
  /**
   * The process (`written`) or the machine (`synced`) dies: locks and handles are gone, and what was not written or
   * not synced. Then a new one may start.
   */
  crash(keep: 'written' | 'synced'): void;
  /** Removes a folder and what is in it. */
  removeFolder(path: string): void;
  /** Changes a file's bytes in place. */
  damage(path: string, change: (bytes: Uint8Array) => Uint8Array): void;
  paths(): string[];
  readonly usedBytes: number;
  /** How often an operation was called. */
  calls(operation: Operation): number;
}

class MemoryFsError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export const createMemoryFs = (): MemoryFs => {
  const files = new Map<string, StoredFile>();
  const folders = new Set<string>();
  const locks = new Map<string, symbol>();
  const faults = new Map<Operation, string>();
  const counts = new Map<Operation, number>();
  let life = 0;

  const usedBytes = (): number => [...files.values()].reduce((sum, { data }) => sum + data.length, 0);
  /** Every operation takes a turn, as a real one does. */
  const begin = async (operation: Operation, of: number = life): Promise<void> => {
    counts.set(operation, (counts.get(operation) ?? 0) + 1);
    await Promise.resolve();
    if (of !== life || fs.stopAfterBytes < 0) throw new MemoryFsError('EBADF');
    const code = faults.get(operation);
    if (code !== undefined) throw new MemoryFsError(code);
  };
  const needFolder = (path: string): void => {
    if (!folders.has(path)) throw new MemoryFsError('ENOENT');
  };
  const append = (path: string, file: StoredFile, bytes: Uint8Array): void => {
    const fits = Math.min(bytes.length, fs.spaceBytes - usedBytes(), fs.stopAfterBytes);
    file.data = Buffer.concat([file.data, bytes.subarray(0, Math.max(0, fits))]);
    if (bytes.length > fs.stopAfterBytes) {
      fs.stopAfterBytes = -1;
      throw new MemoryFsError('EBADF');
    }
    fs.stopAfterBytes -= bytes.length;
    if (fits < bytes.length) throw new MemoryFsError('ENOSPC');
    if (files.get(path) !== file) throw new MemoryFsError('ENOENT');
  };
  const open = (path: string): JournalFile => {
    const file: StoredFile = { data: new Uint8Array(), synced: new Uint8Array(), named: false };
    const opened = life;
    files.set(path, file);
    return {
      append: async (bytes) => {
        await begin('append', opened);
        append(path, file, bytes);
      },
      truncate: async (length) => {
        await begin('truncate', opened);
        file.data = file.data.slice(0, length);
      },
      sync: async () => {
        await begin('sync', opened);
        file.synced = file.data;
      },
      close: () => Promise.resolve(),
    };
  };

  const fs: MemoryFs = {
    spaceBytes: Number.POSITIVE_INFINITY,
    stopAfterBytes: Number.POSITIVE_INFINITY,
    faults,
    makeFolder: async (path) => {
      await begin('makeFolder');
      folders.add(path);
    },
    syncFolder: async (path) => {
      await begin('syncFolder');
      needFolder(path);
      for (const [name, file] of files) if (dirname(name) === path) file.named = true;
    },
    list: async (path) => {
      await begin('list');
      needFolder(path);
      return [...files.keys()].filter((name) => dirname(name) === path).map((name) => name.slice(path.length + 1));
    },
    read: async (path, maxBytes) => {
      await begin('read');
      const file = files.get(path);
      if (file === undefined) throw new MemoryFsError('ENOENT');
      return file.data.slice(0, maxBytes);
    },
    syncFile: async (path) => {
      await begin('sync');
      const file = files.get(path);
      if (file === undefined) throw new MemoryFsError('ENOENT');
      file.synced = file.data;
    },
    create: async (path) => {
      await begin('create');
      needFolder(dirname(path));
      if (files.has(path)) throw new MemoryFsError('EEXIST');
      return open(path);
    },
    remove: async (path) => {
      await begin('remove');
      files.delete(path);
    },
    lock: async (folder) => {
      await Promise.resolve();
      needFolder(folder);
      if (locks.has(folder)) return { heldBy: 'process 1' };
      const token = Symbol(folder);
      locks.set(folder, token);
      return {
        held: () => Promise.resolve(locks.get(folder) === token),
        release: async () => {
          await Promise.resolve();
          if (locks.get(folder) === token) locks.delete(folder);
        },
      };
    },
    crash: (keep) => {
      life += 1;
      fs.stopAfterBytes = Number.POSITIVE_INFINITY;
      locks.clear();
      if (keep === 'written') return;
      for (const [path, file] of files) {
        if (file.named) file.data = file.synced;
        else files.delete(path);
      }
    },
    removeFolder: (path) => {
      folders.delete(path);
      locks.delete(path);
      for (const name of files.keys()) if (dirname(name) === path) files.delete(name);
    },
    damage: (path, change) => {
      const file = files.get(path);
      if (file === undefined) throw new MemoryFsError('ENOENT');
      file.data = change(file.data);
      file.synced = file.data;
    },
    paths: () => [...files.keys()].sort(),
    get usedBytes() {
      return usedBytes();
    },
    calls: (operation) => counts.get(operation) ?? 0,
  };
  return fs;
};
