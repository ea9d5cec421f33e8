// `npm run soak -- frames|reconnects|unplugs|packager|days [N]`: the long form of a test that runs in a short one with the others. Prints what it measured.
// frames: a million frames of random payload through the framer of the stream API, none may be lost.
// reconnects: 10 000 cut links, over TCP and MQTT; the heap may not grow.
// unplugs: 10 000 times a serial line is pulled out and plugged in again; the heap may not grow. It needs socat and an hour.
// packager: 30 kills of a route packager at work; each route ends once, and no file is half.
// days: simulated days of load through the one-process gateway; memory, handles and file descriptors by slope.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, root, run, setUp } from './setup.mjs';

const soaks = {
  frames: { project: 'meshtastic', file: 'stream-frame.soak', variable: 'COTBUS_SOAK_FRAMES', count: 1_000_000 },
  reconnects: { project: 'radio-agent', file: 'reconnect.soak', variable: 'COTBUS_SOAK_RECONNECTS', count: 10_000 },
  unplugs: { project: 'radio-agent', file: 'reconnect.soak', variable: 'COTBUS_SOAK_UNPLUGS', count: 10_000 },
  packager: { project: 'e2e', file: 'routes', variable: 'COTBUS_SOAK_PACKAGER_KILLS', count: 30, built: true },
};
const [name = '', count, ...rest] = process.argv.slice(2);
const soak = soaks[name];
const days = name === 'days' || name === '--days';
if ((soak === undefined && !days) || (soak && count !== undefined && !/^[1-9]\d{0,8}$/.test(count))) {
  console.error(`usage: npm run soak -- ${Object.keys(soaks).join('|')} [N], or days [N] [--minutes M] [--rate R]`);
  process.exit(2);
}
setUp('development');
if (days || soak.built) {
  build();
  run('tsc', ['-b', 'e2e']);
}
if (days) {
  const options = count === undefined || count.startsWith('--') ? [count, ...rest] : ['--days', count, ...rest];
  process.argv.splice(2, Infinity, ...options.filter((option) => option !== undefined));
  await import(pathToFileURL(join(root, 'e2e/dist/soak.js')).href);
} else {
  process.env[soak.variable] = count ?? String(soak.count);
  run('vitest', ['run', '--project', soak.project, soak.file, '--disable-console-intercept']);
}
