/** Runs the gateway as a process under a clock that goes faster, and looks at what it holds. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@cotbus/service';
import { fasterClock } from './faster-clock.ts';
import { freePort } from './mosquitto.ts';
import { createProcesses, untilReady } from './process.ts';
import type { RunningProcess } from './process.ts';
import type { Sample } from './self-sample.ts';
import { preloadOf, ROOT, TO_MESH } from './service-config.ts';
import { startSoakLoad } from './soak-load.ts';
import { HarnessError, waitFor } from './wait.ts';

const COTBUS = join(ROOT, 'apps/gateway/bin/cotbus.mjs');
const READY_MS = 300_000;
const SAMPLE_MS = 120_000;
const DAY_SECONDS = 86_400;

export interface SoakOptions {
  /** Simulated. */
  readonly days: number;
  /** That a simulated day takes. */
  readonly minutesPerDay: number;
  readonly samplesPerDay: number;
  /** Simulated. */
  readonly framesPerSecond: number;
}

export interface TimedSample extends Sample {
  /** Since the start, simulated days. */
  readonly day: number;
  readonly frames: number;
  readonly events: number;
}

/** @param onSample after each. @throws HarnessError when the gateway does not start or ends by itself. */
export const soak = async (
  { days, minutesPerDay, samplesPerDay, framesPerSecond }: SoakOptions,
  onSample: (sample: TimedSample) => void = () => undefined,
): Promise<readonly TimedSample[]> => {
  const speed = DAY_SECONDS / (minutesPerDay * 60);
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-soak-'));
  const processes = createProcesses();
  const clock = fasterClock(systemClock, speed);
  const takPort = await freePort();
  const load = await startSoakLoad(clock, takPort, framesPerSecond);
  try {
    const samplesFile = join(folder, 'samples');
    const gateway = await startGateway(processes, { folder, samplesFile, speed, takPort, radioPort: load.radioPort });
    const samples: TimedSample[] = [];
    const startMs = performance.now();
    const everyMs = (minutesPerDay * 60_000) / samplesPerDay;
    for (let number = 0; number <= days * samplesPerDay; number += 1) {
      await sleep(Math.max(0, startMs + number * everyMs - performance.now()));
      const sample = await takeSample(gateway, samplesFile, number);
      const [dead] = processes.deaths;
      if (dead !== undefined) throw new HarnessError('cannot_start', `it died (${dead.how}): ${dead.lastWords}`);
      if (sample === undefined) throw new HarnessError('timeout', 'the gateway gave no sample');
      const timed = { ...sample, ...load.counts(), day: (performance.now() - startMs) / (minutesPerDay * 60_000) };
      samples.push(timed);
      onSample(timed);
    }
    return samples;
  } finally {
    await load.close();
    await processes.endAll();
    rmSync(folder, { recursive: true, force: true });
  }
};

const takeSample = async (gateway: RunningProcess, file: string, number: number): Promise<Sample | undefined> => {
  if (gateway.pid !== undefined) process.kill(gateway.pid, 'SIGUSR2');
  const line = await waitFor(SAMPLE_MS, () => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    // The last one is what stands behind the last end of a line.
    return lines.length > number + 1 ? lines[number] : undefined;
  });
  return line === undefined ? undefined : (JSON.parse(line) as Sample);
};

interface GatewayParts {
  readonly folder: string;
  readonly samplesFile: string;
  readonly speed: number;
  readonly takPort: number;
  readonly radioPort: number;
}

const startGateway = async (
  processes: ReturnType<typeof createProcesses>,
  { folder, samplesFile, speed, takPort, radioPort }: GatewayParts,
): Promise<RunningProcess> => {
  const [door, healthPort] = [await freePort(), await freePort()];
  const own = join(folder, 'gateway');
  mkdirSync(own);
  const file = join(own, 'config.yaml');
  const config = {
    radios: [{ name: 'base', mesh: 'soak', tcp: `127.0.0.1:${radioPort}`, toMesh: { ...TO_MESH, kinds: ['chat'] } }],
    tak: { listen: { port: takPort }, listenTls: { enabled: false } },
    bus: { listen: { port: door } },
    console: { port: 0 },
    health: { port: healthPort },
    log: { level: 'warn' },
  };
  writeFileSync(file, JSON.stringify(config, undefined, 2));
  const preloads = ['fast-clock', 'self-sample'].flatMap((name) => ['--import', preloadOf(name)]);
  const gateway = processes.start({
    name: 'gateway',
    file: process.execPath,
    args: ['--expose-gc', ...preloads, COTBUS, 'up', '--config', file],
    folder: own,
    healthPort,
    env: { E2E_SOAK_SPEED: String(speed), E2E_SOAK_SAMPLES: samplesFile },
  });
  await untilReady(gateway, READY_MS);
  return gateway;
};
