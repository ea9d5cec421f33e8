/** One contract for the real file system and the fake. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { JournalFs } from './journal-fs.ts';
import { writeFault } from './journal-fs.ts';
import { nodeJournalFs } from './node-journal-fs.ts';
import { createMemoryFs } from './testing/memory-fs.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (of: Uint8Array): string => new TextDecoder().decode(of);
const made: string[] = [];
const realFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'journal-'));
  made.push(folder);
  return join(folder, 'a', 'b');
};
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

const systems: readonly { name: string; make: () => Promise<{ fs: JournalFs; folder: string }> }[] = [
  { name: 'of the machine', make: async () => ({ fs: nodeJournalFs, folder: await realFolder() }) },
  { name: 'in memory', make: () => Promise.resolve({ fs: createMemoryFs(), folder: '/a/b' }) },
];

describe.each(systems)('the file system $name', ({ make }) => {
  it('appends, reads, truncates and removes files', async () => {
    const { fs, folder } = await make();
    await fs.makeFolder(folder);
    await fs.makeFolder(folder);
    expect(await fs.list(folder)).toEqual([]);
    const path = join(folder, 'one');
    const file = await fs.create(path);
    await file.append(bytes('hello '));
    await file.append(bytes('world'));
    expect(text(await fs.read(path, 100))).toBe('hello world');
    expect(text(await fs.read(path, 5))).toBe('hello');
    await file.truncate(6);
    await file.append(bytes('you'));
    await file.sync();
    await fs.syncFile(path);
    await fs.syncFolder(folder);
    await file.close();
    expect(text(await fs.read(path, 100))).toBe('hello you');
    expect(await fs.list(folder)).toEqual(['one']);
    await fs.remove(path);
    await fs.remove(path);
    expect(await fs.list(folder)).toEqual([]);
  });

  it('says with a code why it cannot', async () => {
    const { fs, folder } = await make();
    await expect(fs.list(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(fs.create(join(folder, 'one'))).rejects.toMatchObject({ code: 'ENOENT' });
    await fs.makeFolder(folder);
    await expect(fs.read(join(folder, 'one'), 10)).rejects.toMatchObject({ code: 'ENOENT' });
    const file = await fs.create(join(folder, 'one'));
    await expect(fs.create(join(folder, 'one'))).rejects.toMatchObject({ code: 'EEXIST' });
    await fs.remove(join(folder, 'one'));
    await expect(file.append(bytes('x'))).rejects.toMatchObject({ code: 'ENOENT' });
    await file.close();
  });

  it('gives the lock of a folder to one at a time', async () => {
    const { fs, folder } = await make();
    await fs.makeFolder(folder);
    const [one, two] = await Promise.all([fs.lock(folder), fs.lock(folder)]);
    const locks = [one, two].flatMap((lock) => ('held' in lock ? [lock] : []));
    expect(locks).toHaveLength(1);
    expect(await fs.lock(folder)).toEqual({ heldBy: expect.stringMatching(/^process \d+$/) });
    expect(await locks[0]?.held()).toBe(true);
    await locks[0]?.release();
    expect(await locks[0]?.held()).toBe(false);
    expect(await fs.lock(folder)).toHaveProperty('held');
  });
});

describe('a fault of a file system', () => {
  it('is a full disk or a broken one', () => {
    const codes = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS'];
    expect(codes.map((code) => writeFault(Object.assign(new RangeError('x'), { code })))).toEqual([
      'journal_full',
      'journal_full',
      'journal_full',
      'journal_broken',
      'journal_broken',
    ]);
    expect(writeFault('ENOSPC')).toBe('journal_broken');
  });
});

describe.skipIf(process.platform === 'win32')('files of a journal', () => {
  it('are for their user alone', async () => {
    const folder = await realFolder();
    await nodeJournalFs.makeFolder(folder);
    await (await nodeJournalFs.create(join(folder, 'one'))).close();
    await nodeJournalFs.lock(folder);
    const modes = await Promise.all(['', 'one', 'lock'].map(async (name) => (await stat(join(folder, name))).mode));
    expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(['700', '600', '600']);
  });
});
