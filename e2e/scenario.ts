/** A running system of real processes. Every connection that can be hurt goes through a proxy of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BusWatch } from './bus-watch.ts';
import type { Targets } from './faults.ts';
import { createHurt } from './hurt.ts';
import type { Hurt } from './inject.ts';
import type { Loss } from './loss.ts';
import { startOneProcess } from './one-process.ts';
import { startOneSite } from './one-site.ts';
import { READY_MS } from './parts.ts';
import type { Parts, World } from './parts.ts';
import { createProcesses, untilReady } from './process.ts';
import type { Death } from './process.ts';
import type { SimulatedSite } from './radio.ts';
import type { Witness } from './sighting.ts';
import type { TakRecorder } from './tak.ts';
import { namesOf, targetsOf } from './targets.ts';
import type { Shape, Topology } from './topology.ts';
import { startTwoSites } from './two-sites.ts';
import { until } from './wait.ts';

/** From the retained registration of an egress to every agent that has just connected. */
const REGISTRATION_MS = 500;

export interface Scenario {
  readonly watch: BusWatch;
  readonly site: SimulatedSite;
  readonly clients: readonly TakRecorder[];
  /** Everybody outside who sees what the product hands out. */
  readonly witnesses: readonly Witness[];
  readonly targets: Targets;
  readonly hurt: Hurt;
  readonly deaths: readonly Death[];
  /** Grows with each volume that is lost. */
  readonly losses: readonly Loss[];
  /** Names on the bus under which a process speaks. */
  ownersOf(process: string): readonly string[];
  /** Undoes what was done, starts what has died, and waits until all is ready. */
  heal(): Promise<void>;
  /** Ends everything, whatever state it is in. */
  stop(): Promise<void>;
}

const startByShape: Readonly<Record<Shape, (parts: Parts) => Promise<World>>> = {
  site: startOneSite,
  sites: startTwoSites,
  'one-process': startOneProcess,
};

/** @throws HarnessError when it cannot be started; nothing is left running then. */
export const startScenario = async (topology: Topology, mosquitto: string): Promise<Scenario> => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-e2e-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  // Also when a signal ends the run before stop() is called.
  process.once('exit', removeFolder);
  const processes = createProcesses();
  const names = namesOf(topology);
  const parts: Parts = {
    folder,
    mosquitto,
    processes,
    topology,
    names,
    targets: targetsOf(names, topology),
    services: new Map(),
    brokers: new Map(),
    proxies: new Map(),
    brokerOf: new Map(),
    clients: [],
    servers: [],
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
    const world = await startByShape[topology.shape](parts);
    await untilAllReady(parts, world);
    await sleep(REGISTRATION_MS);
    return { ...running(parts, world), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const untilAllReady = async ({ services, names, clients, servers }: Parts, { watch }: World): Promise<void> => {
  for (const { running: process } of services.values()) await untilReady(process, READY_MS);
  await until('radios open', READY_MS, () => names.agents.every((name) => watch.openAgents().includes(name)));
  await until('TAK peers connected', READY_MS, () => [...clients, ...servers].every(({ connected }) => connected));
};

const running = (parts: Parts, world: World): Omit<Scenario, 'stop'> => {
  const { services, proxies, brokers, brokerOf, clients, servers, targets, processes } = parts;
  const { watch, site } = world;
  const losses: Loss[] = [];
  const hurt = createHurt({ services, proxies, brokers, brokerOf, watch, losses });
  return {
    watch,
    site,
    clients,
    witnesses: [...clients, ...servers, ...site.witnesses],
    targets,
    hurt,
    losses,
    deaths: processes.deaths,
    ownersOf: (name) => services.get(name)?.owners ?? [],
    heal: async () => {
      for (const name of proxies.keys()) hurt.release(name);
      for (const { running: broker } of brokers.values()) {
        broker.resume();
        broker.start();
      }
      for (const { running: service } of services.values()) {
        service.resume();
        service.start();
      }
      await untilAllReady(parts, world);
    },
  };
};
