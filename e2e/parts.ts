/** What a running system is put together from, whatever its shape. */
import { mkdirSync } from 'node:fs';
import type { BusWatch } from './bus-watch.ts';
import type { FaultKind, Targets } from './faults.ts';
import type { Service } from './hurt.ts';
import type { Broker } from './mosquitto.ts';
import type { Command, Processes } from './process.ts';
import { openProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { startRadios } from './radio.ts';
import type { SimulatedSite } from './radio.ts';
import { withWrongClock } from './service-config.ts';
import { connectTakRecorder } from './tak.ts';
import type { TakRecorder } from './tak.ts';
import { startTakServer } from './tak-server.ts';
import type { TakServer } from './tak-server.ts';
import { namesOf } from './targets.ts';
import type { Names } from './targets.ts';
import type { Topology } from './topology.ts';
import { HarnessError, until } from './wait.ts';
import { folderVolume, mountedVolume } from './volume.ts';

/** Of a start or a recovery; a busy machine takes its time. */
export const READY_MS = 300_000;

export interface Parts {
  readonly folder: string;
  /** Of mosquitto. */
  readonly mosquitto: string;
  readonly processes: Processes;
  readonly topology: Topology;
  readonly names: Names;
  readonly targets: Targets;
  readonly services: Map<string, Service>;
  readonly brokers: Map<string, Broker>;
  readonly proxies: Map<string, Proxy>;
  /** Name of the broker that a proxy leads to. */
  readonly brokerOf: Map<string, string>;
  readonly clients: TakRecorder[];
  readonly servers: TakServer[];
  readonly closing: (() => Promise<void> | void)[];
}

/** What the shapes have in common once they run. */
export interface World {
  readonly watch: BusWatch;
  readonly site: SimulatedSite;
}

/** Waits at the start. @throws HarnessError `timeout`, or `cannot_start` as soon as something has ended by itself. */
export const untilUp = async ({ processes }: Parts, what: string, test: () => boolean): Promise<void> =>
  until(what, READY_MS, () => {
    const [dead] = processes.deaths;
    if (dead !== undefined) throw new HarnessError('cannot_start', `${dead.name} (${dead.how}): ${dead.lastWords}`);
    return test();
  });

/** @param broker that it leads to, if it does. */
export const openNamed = async (
  { proxies, brokerOf }: Parts,
  name: string,
  target = 0,
  broker?: string,
): Promise<Proxy> => {
  const proxy = await openProxy(target);
  proxies.set(name, proxy);
  if (broker !== undefined) brokerOf.set(name, broker);
  return proxy;
};

/** The radios, each behind a proxy. */
export const openRadios = async (parts: Parts): Promise<SimulatedSite> => {
  const { topology, names, closing } = parts;
  const site = await startRadios(namesOf(topology).meshOfAgent, topology.seed, topology.airSpeed);
  closing.push(() => site.close());
  for (const [index, { radio }] of site.radios.entries()) {
    await openNamed(parts, `radio:${names.agents[index] ?? ''}`, radio.port);
  }
  return site;
};

export const radioPort = ({ proxies }: Parts, agent: string): number => proxies.get(`radio:${agent}`)?.port ?? 0;

/** TAK servers that egresses connect to, each behind a proxy. @returns the port for an egress. */
export const openServer = async (parts: Parts, egress: string): Promise<number> => {
  const server = await startTakServer(`server of ${egress}`, egress);
  parts.servers.push(server);
  parts.closing.push(() => server.close());
  return (await openNamed(parts, `tak:${egress}:server`, server.port)).port;
};

/** TAK clients of an egress, each behind a proxy. @param port of its listener, if it is known yet. */
export const openClients = async (parts: Parts, egress: string, port = 0): Promise<void> => {
  for (let index = 1; index <= parts.topology.clients; index += 1) {
    const proxy = await openNamed(parts, `tak:${egress}:${index}`, port);
    parts.clients.push(connectTakRecorder(`client ${index} of ${egress}`, egress, proxy.port));
  }
};

/** Starts a process that can be hurt in all the ways that its name is a target of. */
export const startHurtable = async (
  parts: Parts,
  command: Command,
  about: Partial<Pick<Service, 'destination' | 'owners' | 'door'>> = {},
): Promise<void> => {
  const { processes, services } = parts;
  const { name, folder } = command;
  mkdirSync(folder, { recursive: true });
  const volume = isTarget(parts, 'disk-full', name)
    ? await mountedVolume(processes, name, folder)
    : folderVolume(folder);
  const program = isTarget(parts, 'clock-jump', name) ? withWrongClock(command) : command;
  services.set(name, {
    running: processes.start(volume.wrap(program)),
    folder,
    volume,
    destination: name,
    owners: [name],
    ...about,
  });
};

const isTarget = ({ topology, targets }: Parts, kind: FaultKind, name: string): boolean =>
  topology.faults.includes(kind) && targets[kind].includes(name);
