/** Writes a copy of the other instance's journals, at the standby. */
import { join } from 'node:path';
import type { JournalFile, JournalFs } from '@cotbus/service';
import { isCopiedFile } from './copy-steps.ts';
import type { CopyStep } from './copy-steps.ts';

interface Written {
  readonly file: JournalFile;
  length: number;
}

export interface CopiedFiles {
  /** Rejects when a step does not fit what is there, or cannot be written. */
  apply(steps: readonly CopyStep[]): Promise<void>;
  /** Lets go of all files: this instance will open them as its own, or begins another copy. */
  close(): Promise<void>;
}

class CopyError extends Error {
  readonly code = 'copy_broken';
}

export const createCopiedFiles = (fs: JournalFs, folder: string): CopiedFiles => {
  const open = new Map<string, Written>();
  const close = async (): Promise<void> => {
    const files = [...open.values()];
    open.clear();
    for (const { file } of files) await file.close().catch(() => {});
  };
  const begin = async (folders: readonly string[]): Promise<void> => {
    await close();
    for (const name of folders) {
      const path = join(folder, name);
      await fs.makeFolder(path);
      for (const file of await fs.list(path)) {
        if (isCopiedFile(`${name}/${file}`)) await fs.remove(join(path, file));
      }
    }
  };
  const written = async (name: string): Promise<Written> => {
    const known = open.get(name);
    if (known !== undefined) return known;
    const created = { file: await fs.create(join(folder, name)), length: 0 };
    open.set(name, created);
    return created;
  };
  const append = async (name: string, offset: number, bytes: Uint8Array): Promise<void> => {
    const to = await written(name);
    if (offset > to.length) throw new CopyError(`${name} ends at ${to.length}, not at ${offset}`);
    const fresh = bytes.subarray(to.length - offset);
    if (fresh.length === 0) return;
    await to.file.append(fresh);
    to.length += fresh.length;
  };
  const applyOne = async (step: CopyStep): Promise<void> => {
    if (step.kind === 'begin') return begin(step.folders);
    const { file } = step;
    if (step.kind === 'append') return append(file, step.offset, step.bytes);
    if (step.kind === 'remove') {
      const known = open.get(file);
      open.delete(file);
      await known?.file.close();
      return fs.remove(join(folder, file));
    }
    const to = await written(file);
    if (step.kind === 'sync') return to.file.sync();
    if (step.offset < to.length) {
      await to.file.truncate(step.offset);
      to.length = step.offset;
    }
  };
  return {
    apply: async (steps) => {
      for (const step of steps) await applyOne(step);
    },
    close,
  };
};
