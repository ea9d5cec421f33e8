// Unpacked beside the program, which single-main.cjs starts with this.
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const isWindows = process.platform === 'win32';
import(pathToFileURL(join(__dirname, isWindows ? 'start.mjs' : 'apps/gateway/dist/main.js')).href).catch((error) => {
  console.error(error);
  process.exitCode = 1;
  // By a double click the window would close over it.
  if (isWindows && process.argv.length <= 2) process.stdin.resume();
});
