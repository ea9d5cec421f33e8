/** From the command on a built checkout to the first CoT that a TAK client reads. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBenchClient } from './bench-client.ts';
import type { BenchOptions, BenchResult } from './bench-report.ts';
import { median } from './bench-report.ts';
import { freePort } from './mosquitto.ts';
import { createProcesses } from './process.ts';
import { ROOT } from './service-config.ts';
import { until } from './wait.ts';

/** Design §9. */
const TARGET_SECONDS = 2;
const FIRST_EVENT_MS = 60_000;

export const benchStart = async ({ quick }: BenchOptions): Promise<BenchResult> => {
  const rounds = quick ? 2 : 7;
  const taken: { node: number; check: number; gateway: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const node = timed(['-e', '0']);
    const check = timed([join(ROOT, 'node_modules/typescript/bin/tsc'), '-b']);
    taken.push({ node, check, gateway: await firstEvent() });
  }
  const node = median(taken.map((round) => round.node));
  const check = median(taken.map((round) => round.check));
  const gateway = median(taken.map((round) => round.gateway));
  const all = check + gateway;
  const row = (what: string, seconds: number): string[] => [what, seconds.toFixed(2), (seconds / node).toFixed(1)];
  return {
    name: 'start',
    tables: [
      {
        title: `Seconds, median of ${rounds}`,
        header: ['what', 'seconds', 'to bare node'],
        rows: [
          row('bare node', node),
          row('the compiler finds nothing to do', check),
          row('cotbus demo to the first CoT at a client', gateway),
          row('npm start: both', all),
        ],
      },
    ],
    ratios: { gatewayToBareNode: { value: gateway / node, better: 'lower' } },
    verdicts: [
      `start: ${all.toFixed(2)} s (${all <= TARGET_SECONDS ? 'within' : 'OVER'} ${TARGET_SECONDS} s), the gateway alone ${gateway.toFixed(2)} s`,
    ],
  };
};

/** @returns seconds. */
const timed = (args: readonly string[]): number => {
  const beginMs = performance.now();
  spawnSync(process.execPath, [...args], { cwd: ROOT, stdio: 'ignore' });
  return (performance.now() - beginMs) / 1000;
};

const firstEvent = async (): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-start-'));
  const processes = createProcesses();
  const takPort = await freePort();
  const config = {
    tak: { listen: { port: takPort } },
    console: { port: await freePort() },
    bus: { listen: { port: 0 } },
    journals: { folder: join(folder, 'data') },
  };
  const file = join(folder, 'cotbus.yaml');
  writeFileSync(file, JSON.stringify(config));
  try {
    const beginMs = performance.now();
    const args = [join(ROOT, 'apps/gateway/bin/cotbus.mjs'), 'demo', '--config', file];
    processes.start({ name: 'cotbus demo', file: process.execPath, args, folder });
    const client = await connectBenchClient(takPort);
    await until('the first CoT', FIRST_EVENT_MS, () => client.firstByteMs !== undefined);
    client.close();
    return ((client.firstByteMs ?? Number.NaN) - beginMs) / 1000;
  } finally {
    await processes.endAll();
    rmSync(folder, { recursive: true, force: true });
  }
};
