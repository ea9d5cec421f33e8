/** A site to measure: a simulated radio, the services in one process or several, TAK clients. No proxies: nothing is hurt. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { meshtastic } from '@cotbus/contracts';
import { systemClock } from '@cotbus/service';
import { createMesh, startSimulatedRadio } from '@cotbus/simulator';
import { connectBenchClient } from './bench-client.ts';
import type { BenchClient } from './bench-client.ts';
import { benchFrame } from './bench-frames.ts';
import { probeProcess, probeService } from './bench-probe.ts';
import type { Probe, ProcessFigures } from './bench-probe.ts';
import { freePort, startMosquitto } from './mosquitto.ts';
import { createProcesses } from './process.ts';
import type { Processes, RunningProcess } from './process.ts';
import { ROOT } from './service-config.ts';
import { HarnessError, until } from './wait.ts';

const RADIO_NODE = 0x00b10001;
const FIRST_FRAME_MS = 30_000;
/** Of a sender; what is measured is how fast it goes. */
const NO_LIMIT = { framesPerMinute: 0 };

export interface SiteShape {
  /** Path of mosquitto: services as processes of their own around it. All in one process with the embedded broker if left out. */
  readonly mosquitto?: string;
  readonly workers?: number;
  readonly clients?: number;
  /** In the place of the simulated radio: what the agent is given besides its name. Needs `mosquitto`. */
  readonly radio?: (brokerPort: number) => Record<string, unknown>;
  /** Of the agent. */
  readonly maxNodes?: number;
  /** Of Node, for each process. */
  readonly nodeArgs?: readonly string[];
}

export interface BenchSite {
  /** By the name of the process: `gateway`, or `radio-agent`, `codec-worker-1`, `tak-egress`, `mosquitto`. */
  readonly probes: ReadonlyMap<string, Probe>;
  readonly clients: readonly BenchClient[];
  /** 0 without one. */
  readonly brokerPort: number;
  transmit(packet: meshtastic.MeshPacket): void;
  /** Called with the number of each frame that comes out at the first client, and when. */
  onArrival(listener: (number: number, atMs: number) => void): void;
  stop(): Promise<void>;
}

/** @throws HarnessError when it cannot be started; nothing is left running then. */
export const startBenchSite = async (shape: SiteShape): Promise<BenchSite> => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-bench-'));
  const processes = createProcesses();
  const programs: RunningProcess[] = [];
  const closing: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    // Profiles are written at an orderly end alone.
    await Promise.all(programs.map((running) => running.stop()));
    await processes.endAll();
    for (const close of closing.splice(0).toReversed()) await close();
  };
  try {
    return { ...(await startParts(shape, { folder, processes, programs, closing })), stop };
  } catch (error) {
    await stop();
    throw error instanceof HarnessError
      ? new HarnessError(error.code, `${error.message}; ${deathsOf(processes)}`)
      : error;
  }
};

const deathsOf = ({ deaths }: Processes): string =>
  deaths.map(({ name, how, lastWords }) => `${name} ended (${how}): ${lastWords}`).join('; ') || 'all processes run';

interface Parts {
  readonly folder: string;
  readonly processes: Processes;
  /** Those of ours. */
  readonly programs: RunningProcess[];
  readonly closing: (() => Promise<void> | void)[];
}

const startParts = async (shape: SiteShape, parts: Parts): Promise<Omit<BenchSite, 'stop'>> => {
  const { mosquitto, workers = 1, clients: count = 1 } = shape;
  const mesh = createMesh({ clock: systemClock, seed: 1 });
  const tcp = shape.radio === undefined ? await startRadio(mesh, parts) : undefined;
  const probes = new Map<string, Probe>();
  const tak = { listen: { host: '127.0.0.1', port: await freePort() } };
  const agent = { nodeLimit: NO_LIMIT, ...(shape.maxNodes !== undefined && { maxNodes: shape.maxNodes }) };
  let brokerPort = 0;
  if (mosquitto === undefined) {
    const radio = { name: 'radio-1', tcp, ...agent };
    const quiet = { console: { enabled: false }, bus: { listen: { enabled: false } }, log: { level: 'warn' } };
    const config = { ...quiet, radios: [radio], tak, journals: { folder: join(parts.folder, 'data') } };
    probes.set('gateway', await startProgram(shape, parts, { app: 'gateway', name: 'gateway', config }));
  } else {
    const broker = await startMosquitto(parts.processes, mosquitto, parts.folder);
    brokerPort = broker.port;
    probes.set(
      'mosquitto',
      probeProcess(() => broker.running.pid),
    );
    const common = { bus: { url: `mqtt://127.0.0.1:${brokerPort}` }, log: { level: 'warn' } };
    const start = async (app: string, name: string, section: Record<string, unknown>): Promise<void> => {
      probes.set(name, await startProgram(shape, parts, { app, name, config: { ...common, ...section } }));
    };
    await start('tak-egress', 'tak-egress', { tak });
    for (let index = 1; index <= workers; index += 1) {
      const name = `codec-worker-${index}`;
      await start('codec-worker', name, { worker: { name, shared: workers > 1 } });
    }
    const radio = { name: 'radio-1', ...agent, ...(shape.radio?.(brokerPort) ?? { tcp }) };
    await start('radio-agent', 'radio-agent', { radio });
  }
  const arrivals = new Set<(number: number, atMs: number) => void>();
  const tell = (number: number, atMs: number): void => arrivals.forEach((listener) => listener(number, atMs));
  const clients: BenchClient[] = [];
  for (let index = 0; index < count; index += 1) {
    const client = await connectBenchClient(tak.listen.port, index === 0 ? tell : undefined);
    clients.push(client);
    parts.closing.push(() => client.close());
  }
  await Promise.all([...probes.values()].map((probe) => probe.untilReady()));
  return {
    probes,
    clients,
    brokerPort,
    transmit: (packet) => void mesh.transmit(packet),
    onArrival: (listener) => void arrivals.add(listener),
  };
};

const startRadio = async (mesh: ReturnType<typeof createMesh>, { closing }: Parts): Promise<string> => {
  const radio = await startSimulatedRadio({
    mesh,
    node: { num: RADIO_NODE, longName: 'Bench base', shortName: 'BB' },
    preset: meshtastic.Config_LoRaConfig_ModemPreset.SHORT_TURBO,
    region: meshtastic.Config_LoRaConfig_RegionCode.US,
  });
  closing.push(() => radio.close());
  return `127.0.0.1:${radio.port}`;
};

interface Program {
  readonly app: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const startProgram = async (
  { nodeArgs = [] }: SiteShape,
  { folder, processes, programs }: Parts,
  { app, name, config }: Program,
): Promise<Probe> => {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const healthPort = await freePort();
  const file = join(own, 'config.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ ...config, health: { port: healthPort } }));
  const word = app === 'gateway' ? ['up'] : [];
  const args = [...nodeArgs, ...profiled(name), join(ROOT, 'apps', app, 'dist', 'main.js'), ...word, '--config', file];
  programs.push(processes.start({ name, file: process.execPath, args, folder: own }));
  return probeService(healthPort);
};

/** `COTBUS_BENCH_PROFILES=DIR`: each service leaves a profile of its processor time there, for the tools of a browser. */
const profiled = (name: string): string[] => {
  const folder = process.env['COTBUS_BENCH_PROFILES'];
  return folder === undefined
    ? []
    : ['--cpu-prof', '--cpu-prof-dir', folder, '--cpu-prof-name', `${name}-${Date.now()}.cpuprofile`];
};

/** Sends a frame a tick until one comes out: from then on all of the way is open. @returns the next number. */
export const openWay = async (site: BenchSite): Promise<number> => {
  let number = 1;
  let isOpen = false;
  site.onArrival(() => (isOpen = true));
  await until('the first frame at a TAK client', FIRST_FRAME_MS, () => {
    site.transmit(benchFrame(number));
    number += 1;
    return isOpen;
  });
  return number;
};

/** Of each process of the site. */
export const figuresOf = async ({ probes }: BenchSite): Promise<ReadonlyMap<string, ProcessFigures>> =>
  new Map(await Promise.all([...probes].map(async ([name, probe]) => [name, await probe.figures()] as const)));

/** Processor time of each process between two looks, microseconds for each of `count`. */
export const cpuPerEvent = (
  before: ReadonlyMap<string, ProcessFigures>,
  after: ReadonlyMap<string, ProcessFigures>,
  count: number,
): ReadonlyMap<string, number> =>
  new Map([...after].map(([name, { cpuMicros }]) => [name, (cpuMicros - (before.get(name)?.cpuMicros ?? 0)) / count]));
