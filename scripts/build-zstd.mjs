// Builds zstd-napi, whose install script npm does not run here (.npmrc): fetches its prebuilt module, or compiles it.
// Nothing depends on it: without, Node's own zstd serves where it has one, and frames go raw otherwise.
// `node scripts/build-zstd.mjs` builds it again.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'node_modules/zstd-napi');
const binding = join(folder, 'build/Release/binding.node');
const fetcher = join(root, 'node_modules/prebuild-install/bin.js');
/** Major version of the Node it was built with; libs/zstd reads it: what a newer Node built crashes an older one. */
const stampFile = join(folder, 'build/node-major');
const nodeMajor = Number(process.versions.node.split('.')[0]);
/** A start must not wait for a network that swallows everything. */
const FETCH_TIMEOUT_MS = 20_000;

const readStamp = () => {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return { major: Number.POSITIVE_INFINITY, compiled: false };
  }
};

/**
 * Once for each installation, whether it succeeds or not.
 * @param compile if there is no prebuilt module: takes about half a minute of a processor
 */
export const buildZstd = ({ compile = false, again = false } = {}) => {
  if (!existsSync(folder)) return;
  const stamp = readStamp();
  const isDone = stamp.major <= nodeMajor && (existsSync(binding) || stamp.compiled || !compile);
  if (isDone && !again) return;
  rmSync(binding, { force: true });
  fetchPrebuilt();
  if (!existsSync(binding) && compile) compileIt();
  mkdirSync(join(folder, 'build'), { recursive: true });
  writeFileSync(stampFile, JSON.stringify({ major: nodeMajor, compiled: compile }));
};

const fetchPrebuilt = () =>
  spawnSync(process.execPath, [fetcher, '-r', 'napi'], { cwd: folder, stdio: 'ignore', timeout: FETCH_TIMEOUT_MS });

const compileIt = () => {
  console.log('Building zstd-napi; this happens once and may take a minute …');
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const done = spawnSync(command, [...first, 'rebuild', 'zstd-napi', '--ignore-scripts=false', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    shell: npm === undefined && process.platform === 'win32',
  });
  if (existsSync(binding)) return;
  const why = (done.stderr ?? '').trim().split('\n').at(-1) ?? '';
  console.log(`zstd-napi could not be built (${why}).`);
  console.log(
    'zstdCompressSync' in (process.getBuiltinModule?.('node:zlib') ?? {})
      ? 'The zstd of Node serves instead.'
      : 'Frames will be sent raw, and compressed ones cannot be read; Node 22.19 or later has its own zstd.',
  );
};

if (process.argv[1] === fileURLToPath(import.meta.url)) buildZstd({ compile: true, again: true });
