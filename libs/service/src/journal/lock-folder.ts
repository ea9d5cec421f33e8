/**
 * One process for a folder: a lock file that names its holder. A process that died leaves it behind; the next one
 * sees that and takes it over. A number may be given to another process later, so where the system tells when a
 * process began (Linux), that counts too.
 */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalLock } from './journal-fs.ts';

const LOCK_NAME = 'lock';
/** Others that take and leave the lock at the same moment. */
const MAX_TRIES = 5;

/** When a process began, by the clock of its boot; empty when it is dead or the system does not tell. */
const processStart = async (pid: number): Promise<string> => {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything; the start is the 20th field behind it.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    return `${boot.trim()}/${ticks}`;
  } catch {
    return '';
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** The holder a lock file names: `pid start token`. */
const isHeld = async (text: string): Promise<boolean> => {
  const [pidText = '', start = ''] = text.split(' ');
  const pid = Number(pidText);
  // Not a whole lock file: its writer died between making and filling it.
  if (!Number.isSafeInteger(pid) || pid <= 0 || !text.endsWith('\n')) return false;
  if (!isAlive(pid)) return false;
  const began = start === '-' ? '' : await processStart(pid);
  return began === '' || began === start;
};

const readLock = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** @returns false when there is a lock file already. */
const writeLock = async (path: string, text: string): Promise<boolean> => {
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    await rm(path, { force: true });
    throw error;
  }
};

/** Moves a dead holder's lock file away; only that very one. */
const removeStale = async (path: string, text: string, token: string): Promise<void> => {
  const aside = `${path}.${token}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  // Somebody was quicker, and what was moved is a fresh lock: give it back.
  const moved = await readLock(aside);
  if (moved !== undefined && moved !== text) await writeLock(path, moved);
  await rm(aside, { force: true });
};

export const lockFolder = async (folder: string): Promise<JournalLock | { readonly heldBy: string }> => {
  const path = join(folder, LOCK_NAME);
  const token = randomUUID();
  const mine = `${process.pid} ${(await processStart(process.pid)) || '-'} ${token}\n`;
  const held = async (): Promise<boolean> => (await readLock(path)) === mine;
  const release = async (): Promise<void> => {
    if (await held()) await rm(path, { force: true });
  };
  let holder = '';
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if ((await writeLock(path, mine)) && (await held())) return { held, release };
    const text = await readLock(path);
    if (text === undefined) continue;
    holder = `process ${text.split(' ')[0] ?? ''}`;
    if (await isHeld(text)) return { heldBy: holder };
    await removeStale(path, text, token);
  }
  return { heldBy: holder };
};
