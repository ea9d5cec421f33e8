// `npm run bench -- console`: what the page costs a browser with 500 nodes at 50 changes a second, by the clock on the wall.
// `--seconds N` of following. Needs chromium and `npm ci --prefix peers`. A table, then JSON.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, setUp } from './setup.mjs';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '20' } } });
const seconds = Number(values.seconds);
if (!(seconds >= 1 && seconds <= 600)) {
  console.error('--seconds must be 1 to 600');
  process.exit(2);
}
setUp('development');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { stdout, stderr, status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--project', 'console', 'src/page-cost.test.ts', '--testTimeout', String((seconds + 60) * 1000)],
  { cwd: root, encoding: 'utf8', env: { ...process.env, COTBUS_BENCH_SECONDS: String(seconds) } },
);
const results = stdout.split('\n').flatMap((line) => (line.startsWith('{"view"') ? [JSON.parse(line)] : []));
if (results.length === 0) {
  console.error(stdout + stderr);
  process.exit(status || 1);
}
const ms = (value) => `${value.toFixed(0)} ms`;
console.log('view    first load  processor to open  a push of 25   frame: median, p95, max    tasks over 50 ms');
for (const { view, firstLoadMs, openingCpuMs, cpuMsAPush, frameMs, longTasks } of results) {
  const frames = [frameMs.median, frameMs.p95, frameMs.max].map(ms).join(', ');
  const long = longTasks.count === 0 ? 'none' : `${longTasks.count}, at most ${ms(longTasks.maxMs)}`;
  console.log(
    [
      view.padEnd(7),
      ms(firstLoadMs).padEnd(11),
      ms(openingCpuMs).padEnd(18),
      ms(cpuMsAPush).padEnd(14),
      frames.padEnd(26),
      long,
    ].join(' '),
  );
}
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, platform: process.platform };
console.log(`\n${JSON.stringify({ at: new Date().toISOString(), machine, seconds, results })}`);
if (status !== 0) {
  console.error(stdout + stderr);
  process.exit(status);
}
