// The program that one file alone begins with: it puts the files of the package into a folder of this user, once for
// each version, and runs them from there.
const { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { homedir } = require('node:os');
const { dirname, join } = require('node:path');
const { getAsset } = require('node:sea');
const { gunzipSync } = require('node:zlib');

const isWindows = process.platform === 'win32';
const place = isWindows
  ? join(process.env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'Cotbus', 'program')
  : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cotbus');
const { hash, files } = JSON.parse(getAsset('index', 'utf8'));
const folder = join(place, hash);

if (!existsSync(folder)) {
  console.error('Unpacking; this happens once …');
  const scratch = `${folder}.${process.pid}`;
  const bytes = gunzipSync(Buffer.from(getAsset('content')));
  for (const [path, from, to] of files) {
    const file = join(scratch, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes.subarray(from, to));
  }
  try {
    renameSync(scratch, folder);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    // Another one was faster.
    if (!existsSync(folder)) throw error;
  }
}
// A required file may import; what is built into an executable may not.
createRequire(join(folder, 'here.cjs'))('./single-start.cjs');
