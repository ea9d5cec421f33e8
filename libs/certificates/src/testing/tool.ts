/** Programs of others that check what we make, where they are installed. */
import { spawnSync } from 'node:child_process';

export const hasTool = (name: string, ...args: readonly string[]): boolean =>
  spawnSync(name, args, { timeout: 20_000 }).status === 0;

/** Standard output and error of a run. @returns undefined where it failed */
export const runTool = (name: string, args: readonly string[], cwd: string): string | undefined => {
  const { status, stdout, stderr } = spawnSync(name, args, { cwd, encoding: 'utf8', timeout: 30_000 });
  return status === 0 ? stdout + stderr : undefined;
};
