/**
 * The version of a data folder (`journals.folder`), told by a file in it: what lies there is of that version. A folder
 * without the file is of version 1. An older folder is brought to the version of today before anything in it is opened; a
 * newer one is refused, for what an older Cotbus would leave out of it nobody could bring back.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { nodeJournalFs } from './journal/node-journal-fs.ts';
import { printable } from './printable.ts';
import { ServiceError } from './service.ts';
import { VERSION } from './version.ts';

/** Changes what lies in the folder to the next version. Run again after a crash, it must end the same. */
export type DataStep = (folder: string) => Promise<void>;

/** The first leads from version 1 to version 2, and so on. */
const DATA_STEPS: readonly DataStep[] = [];

const VERSION_FILE = 'version.json';
const ONLY_OWNER_FOLDER = 0o700;
const noted = z.object({ version: z.int().min(1), by: z.string().max(64).default('') });

/** @throws ServiceError `data_folder`: newer, not readable, in use while it has to be changed, or a step failed. */
export const prepareDataFolder = async (folder: string, steps: readonly DataStep[] = DATA_STEPS): Promise<void> => {
  const newest = steps.length + 1;
  const { version, isNoted, by } = await readVersion(folder);
  if (version > newest) {
    throw new ServiceError(
      'data_folder',
      `${folder} is of version ${version}, written by Cotbus ${printable(by)}; this is Cotbus ${VERSION}, which knows ` +
        `version ${newest}. Update Cotbus, or name another folder in journals.folder.`,
    );
  }
  if (version === newest && isNoted) return;
  try {
    await mkdir(folder, { recursive: true, mode: ONLY_OWNER_FOLDER });
    if (version < newest) await upgrade(folder, version, steps);
    await noteVersion(folder, newest);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    // A folder of version 1 needs no note. That nothing can be written there is said by who needs it.
    if (newest === 1) return;
    const why = error instanceof Error ? error.message : String(error);
    throw new ServiceError('data_folder', `${folder} cannot be brought to version ${newest}: ${why}`, error);
  }
};

const readVersion = async (folder: string): Promise<{ version: number; isNoted: boolean; by: string }> => {
  const path = join(folder, VERSION_FILE);
  try {
    return { ...noted.parse(JSON.parse(await readFile(path, 'utf8'))), isNoted: true };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { version: 1, isNoted: false, by: '' };
    throw new ServiceError(
      'data_folder',
      `${path} does not say which version the folder is of. Put it back from a backup, or take the folder away.`,
      error,
    );
  }
};

/** Alone: whoever runs on the folder meanwhile would write what is just being changed. */
const upgrade = async (folder: string, from: number, steps: readonly DataStep[]): Promise<void> => {
  const lock = await nodeJournalFs.lock(folder);
  if ('heldBy' in lock) throw new ServiceError('data_folder', `${folder} is in use by ${lock.heldBy}`);
  try {
    for (const [index, step] of steps.entries()) {
      if (index + 1 < from) continue;
      await step(folder);
      await noteVersion(folder, index + 2);
    }
  } finally {
    await lock.release();
  }
};

const noteVersion = async (folder: string, version: number): Promise<void> => {
  const path = join(folder, VERSION_FILE);
  const next = `${path}.${process.pid}.new`;
  await writeFile(next, `${JSON.stringify({ version, by: VERSION })}\n`, { mode: 0o600 });
  await rename(next, path);
};
