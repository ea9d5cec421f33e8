/** Who else has a serial device open. */
import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * Such as `python3 (process 1234): end it`, on Linux, as far as this user may look; undefined when nobody shows.
 * @param path of the device itself, not of a link to it
 */
export const serialHolder = async (path: string): Promise<string | undefined> => {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (!(await hasOpen(pid, path))) continue;
    if (Number(pid) === process.pid) return 'another radio of this Cotbus: each needs a device of its own';
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    return `${name.trim() || 'a program'} (process ${pid}): end it`;
  }
  return undefined;
};

const hasOpen = async (pid: string, path: string): Promise<boolean> => {
  const folder = `/proc/${pid}/fd`;
  const files = await readdir(folder).catch(() => []);
  const targets = await Promise.all(files.map(async (file) => readlink(`${folder}/${file}`).catch(() => '')));
  return targets.includes(path);
};
