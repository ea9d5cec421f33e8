/** A real file system without space: a small tmpfs, which only root may mount. For the tests of one file. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface SmallDisk {
  readonly folder: string;
  /** False where none can be mounted: the tests say that they are skipped. */
  readonly isMounted: boolean;
}

/** Holds 256 KiB; it goes when the tests of the file are over. */
export const useSmallDisk = (): SmallDisk => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-small-disk-'));
  const isMounted = process.platform === 'linux' && mounts(folder);
  afterAll(() => {
    if (isMounted) execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, isMounted };
};

const mounts = (folder: string): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
