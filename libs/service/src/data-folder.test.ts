import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareDataFolder } from './data-folder.ts';
import type { DataStep } from './data-folder.ts';

describe('the version of a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cotbus-data-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const version = (): unknown => JSON.parse(readFileSync(join(folder, 'version.json'), 'utf8'));
  const note = (text: string): void => writeFileSync(join(folder, 'version.json'), text);
  const move: DataStep = async (at) => {
    writeFileSync(join(at, 'b'), readFileSync(join(at, 'a')));
  };
  const double: DataStep = async (at) => {
    writeFileSync(join(at, 'c'), readFileSync(join(at, 'b'), 'utf8').repeat(2));
  };

  it('is noted in a new folder', async () => {
    const fresh = join(folder, 'x', 'data');
    await prepareDataFolder(fresh);
    expect(JSON.parse(readFileSync(join(fresh, 'version.json'), 'utf8'))).toMatchObject({ version: 1 });
  });

  it('a folder without it is version 1, and is brought to that of today', async () => {
    writeFileSync(join(folder, 'a'), 'kept');
    await prepareDataFolder(folder, [move, double]);
    expect(readFileSync(join(folder, 'c'), 'utf8')).toBe('keptkept');
    expect(version()).toMatchObject({ version: 3 });
  });

  it('goes on where it was interrupted', async () => {
    writeFileSync(join(folder, 'a'), 'kept');
    const fails: DataStep = () => Promise.reject(new Error('no space left'));
    await expect(prepareDataFolder(folder, [move, fails])).rejects.toMatchObject({
      code: 'data_folder',
      message: expect.stringContaining('cannot be brought to version 3: no space left') as string,
    });
    expect(version()).toMatchObject({ version: 2 });
    rmSync(join(folder, 'a'));
    await prepareDataFolder(folder, [move, double]);
    expect(readFileSync(join(folder, 'c'), 'utf8')).toBe('keptkept');
  });

  it('a newer one is refused with words, and left alone', async () => {
    note('{"version":2,"by":"9.0.0","more":true}');
    await expect(prepareDataFolder(folder)).rejects.toThrow(
      /is of version 2, written by Cotbus 9\.0\.0; this is Cotbus .*knows version 1\. Update Cotbus/,
    );
    expect(version()).toEqual({ version: 2, by: '9.0.0', more: true });
  });

  it.each(['', 'x', '{}', '{"version":"1"}', '{"version":0}'])(
    '%j says nothing, and is not guessed at',
    async (text) => {
      note(text);
      await expect(prepareDataFolder(folder)).rejects.toMatchObject({ code: 'data_folder' });
    },
  );

  it('is not changed under somebody who runs on it', async () => {
    mkdirSync(join(folder, 'other'));
    const { nodeJournalFs } = await import('./journal/node-journal-fs.ts');
    const lock = await nodeJournalFs.lock(folder);
    await expect(prepareDataFolder(folder, [move])).rejects.toThrow(/in use by/);
    if ('release' in lock) await lock.release();
  });

  it('a folder where nothing can be written is told of by who needs it', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(prepareDataFolder(join(folder, 'file', 'data'))).resolves.toBeUndefined();
  });
});
