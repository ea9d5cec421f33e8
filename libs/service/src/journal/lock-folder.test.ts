import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './lock-folder.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The number of a process that has ended. */
const deadPid = (): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    child.on('close', () => resolve(child.pid ?? 0));
  });
const leave = (content: string): Promise<void> => writeFile(join(folder, 'lock'), content);

describe('the lock of a folder', () => {
  it('names its holder', async () => {
    const lock = await lockFolder(folder);
    expect(lock).toHaveProperty('held');
    expect(await readFile(join(folder, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} \\S+ \\S+\\n$`));
    expect(await lockFolder(folder)).toEqual({ heldBy: `process ${process.pid}` });
  });

  it('is taken over from a dead process, and leaves nothing else behind', async () => {
    await leave(`${await deadPid()} - token\n`);
    expect(await lockFolder(folder)).toHaveProperty('held');
    expect(await readdir(folder)).toEqual(['lock']);
  });

  it.each(['', 'rubbish', '17', `${process.pid}`, '0 - token\n', '-1 - token\n'])(
    'is taken over when its file says no holder: %j',
    async (content) => {
      await leave(content);
      expect(await lockFolder(folder)).toHaveProperty('held');
    },
  );

  it('of a living process is left alone', async () => {
    await leave(`${process.ppid} - token\n`);
    expect(await lockFolder(folder)).toEqual({ heldBy: `process ${process.ppid}` });
    expect(await readFile(join(folder, 'lock'), 'utf8')).toBe(`${process.ppid} - token\n`);
  });

  it.runIf(process.platform === 'linux')('is taken over when the number went to another process', async () => {
    await leave(`${process.pid} an-earlier-boot/17 token\n`);
    expect(await lockFolder(folder)).toHaveProperty('held');
  });

  it('is had by one of many that come at once to a stale one', async () => {
    await leave(`${await deadPid()} - token\n`);
    const answers = await Promise.all(Array.from({ length: 8 }, () => lockFolder(folder)));
    const holders = await Promise.all(answers.map((one) => ('held' in one ? one.held() : Promise.resolve(false))));
    expect(holders.filter(Boolean)).toHaveLength(1);
  });

  it('is not released by one who no longer has it', async () => {
    const lock = await lockFolder(folder);
    await leave('1 - token\n');
    if ('release' in lock) await lock.release();
    expect(await readdir(folder)).toEqual(['lock']);
  });
});
