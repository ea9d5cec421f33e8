/** Files from the package registry, by npm's own client, each checked against what it must be. Kept for the next time. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';

const cache = join(root, 'node_modules/.cache/cotbus-package');
const MINUTES_MS = 10 * 60_000;

const integrityOf = (file) => `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;

const fail = (message) => {
  console.error(message);
  process.exit(1);
};

/**
 * @param {{ package: string, integrity: string }} wanted
 * @returns {string} folder of the unpacked package
 */
export const fetchPackage = (wanted) => {
  const folder = join(cache, wanted.package.replaceAll(/[^\w.-]/g, '_'));
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, 'fetch-'));
  try {
    console.log(`Fetching ${wanted.package} …`);
    const isWindows = process.platform === 'win32';
    const options = { encoding: 'utf8', shell: isWindows, timeout: MINUTES_MS, stdio: ['ignore', 'ignore', 'inherit'] };
    const packed = spawnSync(
      'npm',
      ['pack', wanted.package, '--loglevel=error', '--pack-destination', scratch],
      options,
    );
    const [tarball] = readdirSync(scratch);
    if (packed.status !== 0 || tarball === undefined) fail(`${wanted.package} could not be fetched: npm pack failed.`);
    const file = join(scratch, tarball);
    if (integrityOf(file) !== wanted.integrity) fail(`${wanted.package} is not what it must be: ${integrityOf(file)}`);
    if (spawnSync('tar', ['-xzf', tarball], { cwd: scratch }).status !== 0) fail(`${tarball} cannot be unpacked.`);
    renameSync(join(scratch, 'package'), folder);
    return folder;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};
