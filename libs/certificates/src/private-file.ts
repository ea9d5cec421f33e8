/** Files of which a reader sees the old or the new content, never a part, and that nobody else on the machine can read. */
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './fault.ts';

const OWNER_ONLY = 0o600;
const OWNER_FOLDER = 0o700;

/** Throws what the file system throws. */
export const writePrivateFile = async (path: string, content: string | Uint8Array): Promise<void> => {
  const draft = await writeDraft(path, content);
  await rename(draft, path);
};

/** @returns false, with nothing changed, if there is such a file already: of two that make it at once, one does */
export const createPrivateFile = async (path: string, content: string): Promise<boolean> => {
  const draft = await writeDraft(path, content);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!withoutLinks.has(codeOf(error))) throw error;
    await rename(draft, path);
    return true;
  } finally {
    await rm(draft, { force: true });
  }
};

/** What file systems of sticks and shares say: there two that begin at once are on their own. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

let drafts = 0;

const writeDraft = async (path: string, content: string | Uint8Array): Promise<string> => {
  await mkdir(dirname(path), { recursive: true, mode: OWNER_FOLDER });
  drafts += 1;
  const draft = `${path}.${process.pid}.${drafts}.part`;
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
};
