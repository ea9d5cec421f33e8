/** What a journal needs of a file system. Adapter: node-journal-fs.ts; fake: testing/memory-fs.ts. */

/** A new file that only grows. Operations are awaited one after the other. */
export interface JournalFile {
  /** Appends all of it. Rejects when not all could be appended; some of it may then be there. */
  append(bytes: Uint8Array): Promise<void>;
  /** Cuts what is behind `length`. */
  truncate(length: number): Promise<void>;
  /** Returns when all that was appended is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface JournalLock {
  /** False when it is gone from the folder. */
  held(): Promise<boolean>;
  release(): Promise<void>;
}

/** Rejects with the error of the system; its `code` is `ENOSPC`, `EIO`, `ENOENT` and so on. */
export interface JournalFs {
  /** Makes a folder and its parents, for this user alone. */
  makeFolder(path: string): Promise<void>;
  /** Returns when the names in the folder are on the disk. */
  syncFolder(path: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  /** At most the first `maxBytes` of a file. */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
  /** Returns when a file that was written by another process is on the disk. */
  syncFile(path: string): Promise<void>;
  /** Makes a file for this user alone. Rejects with EEXIST when there is one. */
  create(path: string): Promise<JournalFile>;
  /** Does nothing when there is none. */
  remove(path: string): Promise<void>;
  /** Takes the lock of a folder from nobody or from a dead process; otherwise says who holds it. */
  lock(folder: string): Promise<JournalLock | { readonly heldBy: string }>;
}

/** Why a journal cannot write: no space (or quota) left, or anything else. */
export const writeFault = (error: unknown): 'journal_full' | 'journal_broken' => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' ? 'journal_full' : 'journal_broken';
};
