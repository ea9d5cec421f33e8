/**
 * A running system of real processes. Every connection that can be hurt goes through a proxy of its own:
 *
 *   radio ── proxy ── agent ── proxy ──┐
 *                  worker ── proxy ── mosquitto ── (no proxy) ── what watches the bus
 *   TAK client ── proxy ── egress ── proxy ──┘
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchBus } from './bus-watch.ts';
import type { BusWatch } from './bus-watch.ts';
import type { FaultKind, Targets } from './faults.ts';
import { createHurt } from './hurt.ts';
import type { Service } from './hurt.ts';
import type { Hurt } from './inject.ts';
import type { Loss } from './loss.ts';
import { startMosquitto } from './mosquitto.ts';
import { createProcesses, untilReady } from './process.ts';
import type { Death, Processes } from './process.ts';
import { openProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { startRadios } from './radio.ts';
import type { SimulatedSite } from './radio.ts';
import { agentPlan, commandOf, egressPlan, packagerPlan, workerPlan } from './service-config.ts';
import type { ServicePlan } from './service-config.ts';
import { connectTakRecorder } from './tak.ts';
import type { TakRecorder } from './tak.ts';
import { namesOf, targetsOf } from './targets.ts';
import { folderVolume, mountedVolume } from './volume.ts';
import type { Topology } from './topology.ts';
import { until } from './wait.ts';

/** Of a start or a recovery; a busy machine takes its time. */
const READY_MS = 60_000;
/** From the retained registration of an egress to every agent that has just connected. */
const REGISTRATION_MS = 500;

export interface Scenario {
  readonly watch: BusWatch;
  readonly site: SimulatedSite;
  readonly clients: readonly TakRecorder[];
  readonly targets: Targets;
  readonly hurt: Hurt;
  readonly deaths: readonly Death[];
  /** Grows with each volume that is lost. */
  readonly losses: readonly Loss[];
  /** Undoes what was done, starts what has died, and waits until all is ready. */
  heal(): Promise<void>;
  /** Ends everything, whatever state it is in. */
  stop(): Promise<void>;
}

interface Parts {
  readonly folder: string;
  readonly processes: Processes;
  readonly topology: Topology;
  readonly targets: Targets;
  readonly services: Map<string, Service>;
  readonly proxies: Map<string, Proxy>;
  readonly clients: TakRecorder[];
  readonly closing: (() => Promise<void> | void)[];
}

/** @throws HarnessError when it cannot be started; nothing is left running then. */
export const startScenario = async (topology: Topology, mosquitto: string): Promise<Scenario> => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-e2e-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  // Also when a signal ends the run before stop() is called.
  process.once('exit', removeFolder);
  const processes = createProcesses();
  const targets = targetsOf(namesOf(topology), topology);
  const parts: Parts = {
    folder,
    processes,
    topology,
    targets,
    services: new Map(),
    proxies: new Map(),
    clients: [],
    closing: [],
  };
  const stop = async (): Promise<void> => {
    for (const client of parts.clients) client.close();
    await processes.endAll();
    for (const close of parts.closing.toReversed()) await close();
    await Promise.all([...parts.proxies.values()].map((proxy) => proxy.close()));
    process.off('exit', removeFolder);
    removeFolder();
  };
  try {
    return { ...(await startAll(parts, mosquitto)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const startAll = async (parts: Parts, mosquitto: string): Promise<Omit<Scenario, 'stop'>> => {
  const { processes, topology, targets, services, proxies, clients, closing, folder } = parts;
  const broker = await startMosquitto(processes, mosquitto, folder);
  const watch = watchBus(broker.port);
  closing.push(() => watch.close());
  await watch.untilConnected();

  const names = namesOf(topology);
  await startService(parts, packagerPlan(names.packager), broker.port);
  for (const name of names.workers) await startService(parts, workerPlan(name, topology.workers > 1), broker.port);
  watch.onTakPort((egress, port) => {
    for (const [name, proxy] of proxies) if (name.startsWith(`tak:${egress}:`)) proxy.setTarget(port);
  });
  for (const name of names.egresses) {
    for (let index = 1; index <= topology.clients; index += 1) {
      const proxy = await openNamed(parts, `tak:${name}:${index}`);
      clients.push(connectTakRecorder(`client ${index} of ${name}`, name, proxy.port));
    }
    await startService(parts, egressPlan(name), broker.port);
  }
  await until('egresses registered', READY_MS, () =>
    names.egresses.every((name) => watch.destinations().includes(name)),
  );
  await until('TAK clients connected', READY_MS, () => clients.every(({ connected }) => connected));

  const site = await startRadios(names.meshOfAgent, topology.seed, topology.airSpeed);
  closing.push(() => site.close());
  for (const [index, { mesh, radio }] of site.radios.entries()) {
    const name = names.agents[index] ?? '';
    const proxy = await openNamed(parts, `radio:${name}`, radio.port);
    await startService(parts, agentPlan(name, mesh, proxy.port), broker.port, mesh);
  }
  const ready = async (): Promise<void> => {
    for (const { running } of services.values()) await untilReady(running, READY_MS);
    await until('radios open', READY_MS, () => names.agents.every((name) => watch.openAgents().includes(name)));
    await until('TAK clients connected', READY_MS, () => clients.every(({ connected }) => connected));
  };
  await ready();
  await sleep(REGISTRATION_MS);

  const losses: Loss[] = [];
  const hurt = createHurt({ services, proxies, broker, watch, losses });
  return {
    watch,
    site,
    clients,
    targets,
    hurt,
    losses,
    deaths: processes.deaths,
    heal: async () => {
      for (const name of proxies.keys()) hurt.release(name);
      for (const { running } of services.values()) {
        running.resume();
        running.start();
      }
      await ready();
    },
  };
};

const openNamed = async ({ proxies }: Parts, name: string, target = 0): Promise<Proxy> => {
  const proxy = await openProxy(target);
  proxies.set(name, proxy);
  return proxy;
};

/** @param destination where it is a sink, when that is not itself. */
const startService = async (
  parts: Parts,
  plan: ServicePlan,
  brokerPort: number,
  destination = plan.name,
): Promise<void> => {
  const { name } = plan;
  const { processes, targets, services, topology } = parts;
  const { durable, faults } = topology;
  const isTarget = (kind: FaultKind): boolean => faults.includes(kind) && targets[kind].includes(name);
  const folder = join(parts.folder, name);
  mkdirSync(folder);
  const proxy = await openNamed(parts, `bus:${name}`, brokerPort);
  const command = commandOf(plan, folder, { brokerPort: proxy.port, durable, clockJumps: isTarget('clock-jump') });
  const volume = isTarget('disk-full') ? await mountedVolume(processes, name, folder) : folderVolume(folder);
  services.set(name, { running: processes.start(volume.wrap(command)), folder, volume, destination });
};
