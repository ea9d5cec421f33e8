import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A folder of its own for each test of the file. */
export const useTemporaryFolder = (): { path: string; readonly file: (name: string) => string } => {
  const folder = { path: '', file: (name: string): string => join(folder.path, name) };
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'cotbus-certificates-'));
  });
  afterEach(() => {
    rmSync(folder.path, { recursive: true, force: true });
  });
  return folder;
};
