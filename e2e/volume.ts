/** Where a process keeps its journals: the folder `data` of its own, or a small disk mounted there, which can be full. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command, Processes } from './process.ts';
import { HarnessError, waitFor } from './wait.ts';

/** As `journals.folder` says when nothing is configured. */
const JOURNALS = 'data';
const FILLER = 'filler';
const DISK_SIZE = '64m';
const MOUNT_MS = 3000;
const NAMESPACES = ['--user', '--mount', '--preserve-credentials'];

export interface Volume {
  /** The command, run where the volume can be seen. */
  wrap(command: Command): Command;
  fill(): Promise<void>;
  makeRoom(): Promise<void>;
  /** Everything in it is gone; the process that has it must be dead. */
  lose(): Promise<void>;
}

/** Of a process whose working directory is `folder`. It cannot be full. */
export const folderVolume = (folder: string): Volume => ({
  wrap: (command) => command,
  fill: async () => Promise.reject(new HarnessError('cannot_start', `${folder} is on no disk of its own`)),
  makeRoom: async () => Promise.resolve(),
  lose: async () => Promise.resolve(rmSync(join(folder, JOURNALS), { recursive: true, force: true })),
});

const run = promisify(execFile);

/** True where this system lets us have a disk of our own. */
export const canMount = (): boolean => {
  const script = `mount -t tmpfs -o size=64k cotbus-e2e ${tmpdir()}`;
  const { status } = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', script]);
  return status === 0;
};

/**
 * A tmpfs in user and mount namespaces that a process of their own keeps: it outlives kill -9 of the service.
 * @throws HarnessError `cannot_start` where the system lets nobody have such namespaces.
 */
export const mountedVolume = async (processes: Processes, name: string, folder: string): Promise<Volume> => {
  mkdirSync(join(folder, JOURNALS), { recursive: true });
  const mount = `mount -t tmpfs -o size=${DISK_SIZE},mode=700 cotbus-e2e ${JOURNALS} && echo mounted && exec sleep infinity`;
  const keeper = processes.start({
    name: `volume of ${name}`,
    file: 'unshare',
    args: ['--user', '--map-root-user', '--mount', 'sh', '-c', mount],
    folder,
  });
  const mounted = await waitFor(MOUNT_MS, () => (keeper.said('mounted') ? true : undefined));
  if (mounted === undefined) throw new HarnessError('cannot_start', `disk-full needs unshare(1): ${keeper.output()}`);
  // A namespace has a working directory of its own: without cd the folder under the mount would be seen.
  const inside = (script: string, ...args: string[]): [file: string, args: string[]] => [
    'nsenter',
    ['--target', String(keeper.pid), ...NAMESPACES, 'sh', '-c', `cd "$0" && ${script}`, folder, ...args],
  ];
  return {
    wrap: (command) => {
      const [file, args] = inside('exec "$@"', command.file, ...command.args);
      return { ...command, file, args };
    },
    fill: async () => {
      await run(...inside(`cat /dev/zero > ${JOURNALS}/${FILLER} 2>/dev/null; true`));
    },
    makeRoom: async () => {
      await run(...inside(`rm -f ${JOURNALS}/${FILLER}`));
    },
    lose: async () => {
      await run(...inside(`find ${JOURNALS} -mindepth 1 -delete`));
    },
  };
};
