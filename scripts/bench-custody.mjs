// `npm run bench:custody`: processor time per frame with and without custody, in turns in one process. A table, then JSON.
// `--rate 1000,0` frames a second, 0 as fast as it goes; `--bus mqtt,memory`; `--rounds N`; `--frames N` of a round; `--json FILE`.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build, root, run, setUp } from './setup.mjs';

const options = {
  bus: { type: 'string', default: 'mqtt,memory' },
  rounds: { type: 'string', default: '5' },
  frames: { type: 'string', default: '3000' },
  rate: { type: 'string', default: '1000,0' },
  json: { type: 'string' },
};
const { values } = parseArgs({ options });
const numbers = (name) => {
  const texts = String(values[name]).split(',');
  if (texts.every((text) => /^\d{1,7}$/.test(text))) return texts.map(Number);
  console.error(`--${name} must be whole numbers`);
  return process.exit(2);
};
const [[rounds], [frames], rates] = [numbers('rounds'), numbers('frames'), numbers('rate')];
const buses = String(values.bus).split(',');
if (!buses.every((bus) => bus === 'mqtt' || bus === 'memory')) {
  console.error('--bus must be mqtt or memory');
  process.exit(2);
}

setUp('development');
build();
run('tsc', ['-p', 'libs/service/tsconfig.bench.json']);
const built = pathToFileURL(join(root, 'node_modules/.cache/bench/bench/custody-cost.bench.js'));
const { custodyCost } = await import(built.href);

const text = ({ min, median, max }, digits) =>
  `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
const lineOf = ({ path, cpuMicrosPerFrame, ratio, framesPerSecond, repeated }) =>
  [
    path.padEnd(8),
    `${text(cpuMicrosPerFrame, 0)} µs`.padEnd(22),
    `× ${text(ratio, 2)}`.padEnd(24),
    `${text(framesPerSecond, 0)} frames/s`.padEnd(30),
    repeated > 0 ? `${repeated} repeated` : '',
  ].join('  ');

console.log('Processor time per frame, its ratio to that without custody, and frames a second: median (min to max)');
const results = [];
for (const bus of buses) {
  for (const rate of rates) {
    const costs = await custodyCost({ bus, rounds, frames, ...(rate > 0 && { perSecond: rate }) });
    console.log(`\n${bus} bus, ${rate > 0 ? `${rate} frames/s` : 'as fast as it goes'}`);
    for (const cost of costs) console.log(lineOf(cost).trimEnd());
    results.push({ bus, perSecond: rate > 0 ? rate : null, rounds, frames, costs });
  }
}
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, platform: process.platform };
const report = { at: new Date().toISOString(), machine, results };
if (values.json === undefined) console.log(`\n${JSON.stringify(report)}`);
else writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
// Connections of the buses are closed, their timers may not be.
process.exit(0);
