/** The program as a few files: everything that is written in JavaScript, from our sources and the packages they use. */
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from '../setup.mjs';

/** What is loaded when it is there: native, or wanted by few. */
const OPTIONAL = [/^serialport$/, /^zstd-napi/, /^@meshtastic\//];
/** Reads its files by path, and so needs them as files. */
const SERVED = ['leaflet', 'topojson-client', 'world-atlas'];
const NATIVE = 'serialport';

/**
 * @returns {Promise<{ files: { name: string, text: string }[], sources: string[] }>} files for one folder, and every
 * file that is in them
 */
export const bundleProgram = async () => {
  const build = await rolldown({
    input: { main: join(root, 'apps/gateway/src/main.ts') },
    platform: 'node',
    resolve: { conditionNames: ['@cotbus/source', 'node', 'import', 'default'] },
    external: OPTIONAL,
    // A warning is a surprise: it ends the build.
    onLog: (level, log, next) => next(level === 'warn' && log.code !== 'EVAL' ? 'error' : level, log),
  });
  const { output } = await build.generate({ format: 'esm', chunkFileNames: '[name]-[hash].js', minify: false });
  await build.close();
  return {
    files: output.map(({ fileName, code }) => ({ name: fileName, text: code })),
    sources: output.flatMap(({ moduleIds }) => moduleIds).filter((id) => !id.includes('\0')),
  };
};

/** Folders of packages that lie beside the program: what it serves to browsers, and the serial driver with all it needs. */
export const packedModules = () => [...SERVED.map((name) => moduleFolder(name, root)), ...closure(NATIVE, root)];

const moduleFolder = (name, from) => {
  const require = createRequire(join(from, 'package.json'));
  const paths = require.resolve.paths(name) ?? [];
  for (const path of paths) {
    try {
      readFileSync(join(path, name, 'package.json'));
      return { name, folder: join(path, name) };
    } catch {
      // The next folder up.
    }
  }
  throw new Error(`the package ${name} is not installed: run npm ci --include=optional`);
};

/** Where two versions of a package are installed, one lies inside a third: each is packed where it lies. */
const closure = (name, from, seen = new Map()) => {
  const found = moduleFolder(name, from);
  if (seen.has(found.folder)) return [];
  seen.set(found.folder, found);
  const { dependencies = {} } = JSON.parse(readFileSync(join(found.folder, 'package.json'), 'utf8'));
  for (const inner of Object.keys(dependencies)) closure(inner, found.folder, seen);
  return [...seen.values()];
};

/** Files that a program needs, of a package; `prebuilds` is the target's folder of native modules. */
const isNeeded = (path, prebuilds) => {
  if (/(?:^|\/)(?:test|tests|docs|example|examples|deps|\.github|node_modules)\//.test(path)) return false;
  if (/\.(?:d\.[mc]?ts|ts|map|md|gyp|cc|h|cpp|c|tgz)$/.test(path) && !/^licen[cs]e/i.test(path)) return false;
  const [, platform] = /^prebuilds\/([^/]+)\//.exec(path) ?? [];
  return platform === undefined || platform === prebuilds;
};

/** Of what is served, these alone. */
const SERVED_FILES =
  /^(?:package\.json|licen[cs]e.*|dist\/leaflet\.(?:js|css)|dist\/images\/.*|dist\/topojson-client\.min\.js|countries-50m\.json)$/i;

export const moduleFiles = ({ name, folder }, prebuilds) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => (SERVED.includes(name) ? SERVED_FILES.test(path) : isNeeded(path, prebuilds)))
    .map((path) => ({ path: `${placeOf(folder)}/${path}`, from: join(folder, path) }));

const placeOf = (folder) => folder.slice(root.length + 1).replaceAll('\\', '/');
