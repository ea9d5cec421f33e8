/** What inject.ts asks for, done to the parts of a scenario. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BusWatch } from './bus-watch.ts';
import type { Hurt } from './inject.ts';
import { lossOf } from './loss.ts';
import type { Loss } from './loss.ts';
import type { Broker } from './mosquitto.ts';
import type { RunningProcess } from './process.ts';
import type { Proxy } from './proxy.ts';
import type { Volume } from './volume.ts';

/** A client that reads less than one event a second. */
const SLOW_BYTES_PER_SECOND = 500;

export interface Service {
  readonly running: RunningProcess;
  /** Its working directory. */
  readonly folder: string;
  readonly volume: Volume;
  /** Where it is a sink; its own name when it is none. */
  readonly destination: string;
  /** Names on the bus under which it speaks. */
  readonly owners: readonly string[];
  /** Port of the broker that it has in itself. */
  readonly door?: number;
}

export interface HurtParts {
  readonly services: ReadonlyMap<string, Service>;
  readonly proxies: ReadonlyMap<string, Proxy>;
  /** By their names. */
  readonly brokers: ReadonlyMap<string, Broker>;
  /** Name of the broker that a proxy leads to, for those that do. */
  readonly brokerOf: ReadonlyMap<string, string>;
  readonly watch: BusWatch;
  /** Volumes that were lost are added. */
  readonly losses: Loss[];
}

export const createHurt = ({ services, proxies, brokers, brokerOf, watch, losses }: HurtParts): Hurt => {
  const serviceNamed = (name: string): Service => named(services.get(name), name);
  const processNamed = (name: string): RunningProcess => brokers.get(name)?.running ?? serviceNamed(name).running;
  const proxyNamed = (name: string): Proxy => named(proxies.get(name), name);
  const leadingTo = (broker: string): Proxy[] =>
    [...brokerOf].flatMap(([name, leadsTo]) => (leadsTo === broker ? [proxyNamed(name)] : []));
  const away = new Set<string>();
  const release = (name: string): void => {
    if (!away.has(brokerOf.get(name) ?? '')) proxyNamed(name).behave({});
  };
  return {
    kill: async (name) => processNamed(name).kill(),
    start: async (name) => {
      processNamed(name).start();
      const door = services.get(name)?.door;
      if (door === undefined) return;
      // As below, with the radios and TAK peers of a process that is its own broker.
      away.add(name);
      for (const proxy of leadingTo(name)) proxy.behave({ hold: true });
      await watch.untilConnected(door);
      away.delete(name);
      for (const proxy of leadingTo(name)) proxy.behave({});
    },
    pause: (name) => processNamed(name).pause(),
    resume: (name) => processNamed(name).resume(),
    cut: (name, kind) => proxyNamed(name).cut(kind),
    hold: (name) => proxyNamed(name).behave({ hold: true }),
    release,
    slow: (name) => proxyNamed(name).behave({ bytesPerSecond: SLOW_BYTES_PER_SECOND }),
    restartBroker: async (name, downMs) => {
      const broker = named(brokers.get(name), name);
      away.add(name);
      await broker.running.kill();
      await sleep(downMs);
      // Nobody speaks before the reader of the ledger listens again: its gaps shall be faults of the product.
      for (const proxy of leadingTo(name)) {
        proxy.behave({ hold: true });
        proxy.cut('rst');
      }
      broker.running.start();
      await broker.untilUp();
      await watch.untilConnected(broker.port);
      away.delete(name);
      for (const proxy of leadingTo(name)) proxy.behave({});
    },
    setClock: (name, offsetMs) => setClock(serviceNamed(name), offsetMs),
    fillVolume: async (name) => serviceNamed(name).volume.fill(),
    makeRoom: async (name) => serviceNamed(name).volume.makeRoom(),
    startAnew: async (name) => {
      const { running, volume, destination } = serviceNamed(name);
      await volume.lose();
      losses.push(lossOf(name, destination, watch));
      running.start();
    },
  };
};

/** All of it or nothing: the process may read at any moment (wrong-clock.ts). */
const setClock = ({ folder }: Service, offsetMs: number): void => {
  const file = join(folder, 'clock-offset');
  writeFileSync(`${file}.new`, String(offsetMs));
  renameSync(`${file}.new`, file);
};

const named = <T>(found: T | undefined, name: string): T => {
  if (found === undefined) throw new RangeError(`nothing is called ${name}`);
  return found;
};
