/** Files of which a reader sees the old or the new content, never a part. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Makes the folder if need be. What is half written when the process dies has a name that no watcher takes (`.NAME.part`),
 * and goes with the next write of that file. Throws what the file system throws.
 */
export const writeWhole = async (path: string, content: string | Uint8Array): Promise<void> => {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const draft = join(folder, `.${basename(path)}.part`);
  // Not what a stranger may have put there: a link would lead the bytes elsewhere.
  await rm(draft, { force: true });
  const file = await open(draft, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(folder);
};

const syncFolder = async (folder: string): Promise<void> => {
  // Windows keeps names in order by itself and opens no folder.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
