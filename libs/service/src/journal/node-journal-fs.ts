/** The journal's file system on node:fs. */
import { fstatSync } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { JournalFile, JournalFs } from './journal-fs.ts';
import { lockFolder } from './lock-folder.ts';

const ONLY_OWNER_FILE = 0o600;
const ONLY_OWNER_FOLDER = 0o700;

class VanishedError extends Error {
  readonly code = 'ENOENT';
}

const journalFile = (handle: FileHandle): JournalFile => {
  // Written at positions, not in append mode: Windows cannot truncate a file opened for appending.
  let length = 0;
  return {
    append: async (bytes) => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, length);
        done += bytesWritten;
        length += bytesWritten;
      }
      // Bytes in a file that was removed under us are nowhere. The answer is in memory: no wait for a disk.
      if (fstatSync(handle.fd).nlink === 0) throw new VanishedError('the file was removed');
    },
    truncate: async (to) => {
      await handle.truncate(to);
      length = to;
    },
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
};

export const nodeJournalFs: JournalFs = {
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true, mode: ONLY_OWNER_FOLDER });
  },
  syncFolder: async (path) => {
    // Windows keeps names in order by itself and opens no folder.
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  list: (path) => readdir(path),
  read: async (path, maxBytes) => {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      const bytes = new Uint8Array(Math.min(size, maxBytes));
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    } finally {
      await handle.close();
    }
  },
  syncFile: async (path) => {
    // Windows syncs only what is open for writing.
    const handle = await open(path, 'r+');
    try {
      await handle.datasync();
    } finally {
      await handle.close();
    }
  },
  create: async (path) => journalFile(await open(path, 'wx', ONLY_OWNER_FILE)),
  remove: (path) => rm(path, { force: true }),
  lock: lockFolder,
};
