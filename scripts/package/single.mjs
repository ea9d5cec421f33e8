/** One executable file: Node with all files of a package inside it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../setup.mjs';
import { fetchPackage } from './fetch.mjs';
import { injector, runtimes } from './targets.mjs';

/** Where a Node that was made for it looks for what it carries. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * All files in one piece, and where each begins and ends.
 * @param {{ path: string, bytes: Buffer }[]} files
 */
export const joined = (files) => {
  let at = 0;
  const places = files.map(({ path, bytes }) => [path, at, (at += bytes.length)]);
  const content = Buffer.concat(files.map(({ bytes }) => bytes));
  const hash = createHash('sha256').update(JSON.stringify(places)).update(content).digest('hex').slice(0, 16);
  return { index: { hash, files: places }, content };
};

/** @param {{ path: string, bytes: Buffer }[]} files without Node itself */
export const makeSingle = async (files, runtime, out) => {
  const scratch = mkdtempSync(join(tmpdir(), 'cotbus-single-'));
  try {
    const start = { path: 'single-start.cjs', bytes: readFileSync(join(root, 'scripts/package/single-start.cjs')) };
    const { index, content } = joined([...files, start]);
    const place = (name) => join(scratch, name);
    writeFileSync(place('index'), JSON.stringify(index));
    writeFileSync(place('content'), gzipSync(content, { level: 9 }));
    const config = {
      main: join(root, 'scripts/package/single-main.cjs'),
      output: place('blob'),
      disableExperimentalSEAWarning: true,
      assets: { index: place('index'), content: place('content') },
    };
    writeFileSync(place('config.json'), JSON.stringify(config));
    const made = spawnSync(blobMaker(), ['--experimental-sea-config', place('config.json')], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`the blob could not be made: ${made.stderr}`);
    const { inject } = createRequire(import.meta.url)(join(fetchPackage(injector), injector.file));
    copyFileSync(runtime, out);
    chmodSync(out, 0o755);
    await inject(out, 'NODE_SEA_BLOB', readFileSync(place('blob')), { sentinelFuse: FUSE });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

/** The blob must be made by the version of Node that will carry it, on whatever system. */
const blobMaker = () => {
  const here = runtimes[`${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`];
  if (here === undefined) throw new Error('one file alone is made on Linux or Windows');
  return join(fetchPackage(here), here.file);
};
