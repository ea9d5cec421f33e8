// Installs and builds what is missing, so that `npm start` and `npm test` work on a fresh clone with nothing done before.
// Node built-ins only: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildZstd } from './build-zstd.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.cotbus-setup.json');

const toolFiles = {
  buf: 'node_modules/@bufbuild/buf/bin/buf',
  depcruise: 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
  gen: 'scripts/gen.mjs',
  knip: 'node_modules/knip/bin/knip.js',
  oxlint: 'node_modules/oxlint/bin/oxlint',
  nx: 'node_modules/nx/dist/bin/nx.js',
  'pack-codec': 'scripts/pack-codec.mjs',
  prettier: 'node_modules/prettier/bin/prettier.cjs',
  tsc: 'node_modules/typescript/bin/tsc',
  vitest: 'node_modules/vitest/vitest.mjs',
};

/** Runs a tool of the repository with this Node and shows what it prints. @returns whether it succeeded. */
export const passes = (tool, args, options = {}) =>
  spawnSync(process.execPath, [join(root, toolFiles[tool]), ...args], { cwd: root, stdio: 'inherit', ...options })
    .status === 0;

/** Runs a tool; ends this process when it fails. */
export const run = (tool, args, options) => {
  if (!passes(tool, args, options)) process.exit(1);
};

const checkNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Cotbus needs Node 20.19 or later; this is ${process.versions.node}.`);
  process.exit(1);
};

const readStamp = () => {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
};

/**
 * Makes sure that the packages are there: `runtime` is what the services import and the compiler, `development` adds the
 * checks. A tree that was set up for this lock file is left alone, so nothing is asked of the network.
 */
export const setUp = (level) => {
  checkNode();
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = readStamp();
  const enough = stamp.level === 'development' || stamp.level === level;
  const isThere = stamp.lock === lock && enough && existsSync(join(root, toolFiles.tsc));
  if (!isThere) {
    console.log('Installing packages; this happens once and takes a moment …');
    npmInstall(level === 'runtime' ? ['--omit=dev'] : []);
    writeFileSync(stampFile, JSON.stringify({ lock, level }));
  }
  // Who only starts does not wait for a compiler.
  buildZstd({ compile: level === 'development' });
};

const npmInstall = (extra) => {
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...extra];
  // Inside `npm start` npm tells where it is; starting it that way needs no shell on any system.
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const done = spawnSync(command, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: npm === undefined && process.platform === 'win32',
  });
  if (done.status === 0) return;
  console.error('The packages could not be installed: `npm ci` failed. Is there a connection to the package registry?');
  process.exit(1);
};

/** Compiles what changed. */
export const build = () => run('tsc', ['-b']);
