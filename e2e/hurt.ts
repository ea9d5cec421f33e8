/** What faults.ts asks for, done to the parts of a scenario. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BusWatch } from './bus-watch.ts';
import type { Hurt } from './faults.ts';
import type { Broker } from './mosquitto.ts';
import type { RunningProcess } from './process.ts';
import type { Proxy } from './proxy.ts';

/** A client that reads less than one event a second. */
const SLOW_BYTES_PER_SECOND = 500;

export interface HurtParts {
  readonly services: ReadonlyMap<string, RunningProcess>;
  readonly proxies: ReadonlyMap<string, Proxy>;
  readonly broker: Broker;
  readonly watch: BusWatch;
}

export const createHurt = ({ services, proxies, broker, watch }: HurtParts): Hurt => {
  const processNamed = (name: string): RunningProcess =>
    named(name === 'mosquitto' ? broker.running : services.get(name), name);
  const proxyNamed = (name: string): Proxy => named(proxies.get(name), name);
  const busProxies = (): Proxy[] => [...proxies].filter(([name]) => name.startsWith('bus:')).map(([, proxy]) => proxy);
  let brokerAway = false;
  const release = (name: string): void => {
    if (!brokerAway || !name.startsWith('bus:')) proxyNamed(name).behave({});
  };
  return {
    kill: async (name) => processNamed(name).kill(),
    start: (name) => processNamed(name).start(),
    pause: (name) => processNamed(name).pause(),
    resume: (name) => processNamed(name).resume(),
    cut: (name, kind) => proxyNamed(name).cut(kind),
    hold: (name) => proxyNamed(name).behave({ hold: true }),
    release,
    slow: (name) => proxyNamed(name).behave({ bytesPerSecond: SLOW_BYTES_PER_SECOND }),
    restartBroker: async (downMs) => {
      brokerAway = true;
      await broker.running.kill();
      await sleep(downMs);
      // Nobody speaks before the reader of the ledger listens again: its gaps shall be faults of the product.
      for (const proxy of busProxies()) {
        proxy.behave({ hold: true });
        proxy.cut('rst');
      }
      broker.running.start();
      await broker.untilUp();
      await watch.untilConnected();
      brokerAway = false;
      for (const proxy of busProxies()) proxy.behave({});
    },
  };
};

const named = <T>(found: T | undefined, name: string): T => {
  if (found === undefined) throw new RangeError(`nothing is called ${name}`);
  return found;
};
