/** The command: `node e2e/dist/bench-run.js NAME [--quick] [--json FILE]`. Exit status 2 when it could not run. */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchClients } from './bench-clients.ts';
import { benchLatency } from './bench-latency.ts';
import { benchNodes } from './bench-nodes.ts';
import type { BenchOptions, BenchResult } from './bench-report.ts';
import { resultText } from './bench-report.ts';
import { benchStart } from './bench-start.ts';
import { benchThroughput } from './bench-throughput.ts';
import { benchUplink } from './bench-uplink.ts';
import { benchWorkers } from './bench-workers.ts';
import { findMosquitto } from './mosquitto.ts';
import { isBuilt } from './service-config.ts';
import { HarnessError } from './wait.ts';

const UNUSABLE = 2;
const benches: Readonly<Record<string, (options: BenchOptions) => Promise<BenchResult>>> = {
  latency: benchLatency,
  throughput: benchThroughput,
  workers: benchWorkers,
  clients: benchClients,
  nodes: benchNodes,
  start: benchStart,
  uplink: benchUplink,
};

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
  });
  const bench = benches[positionals[0] ?? ''];
  const mosquitto = findMosquitto();
  if (bench === undefined || mosquitto === undefined || !isBuilt()) {
    process.stderr.write(`usage: ${Object.keys(benches).join('|')} [--quick] [--json FILE]\n`);
    return UNUSABLE;
  }
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, platform: process.platform };
  const load = loadavg()[0];
  const result = await bench({ quick: values.quick, mosquitto });
  const report = { at: new Date().toISOString(), machine, load, quick: values.quick, ...result };
  process.stdout.write(`\n${resultText(result)}\n`);
  if (values.json === undefined) process.stdout.write(`\n${JSON.stringify(report)}\n`);
  else writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
  return 0;
};

// Leaving through exit() kills the children (process.ts).
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(UNUSABLE));
try {
  process.exit(await main());
} catch (error) {
  if (!(error instanceof HarnessError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(UNUSABLE);
}
