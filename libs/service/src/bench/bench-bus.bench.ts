/** The buses a bench runs over: the fake within one process, and MQTT to a broker in the same process, as in the gateway. */
import { DEFAULT_ROOT } from '@cotbus/contracts';
import type { Bus } from '../bus.ts';
import { systemClock } from '../clock.ts';
import { createMqttBus } from '../mqtt-bus.ts';
import { inProcessBroker } from '../testing/brokers.ts';
import { createMemoryBroker } from '../testing/memory-bus.ts';
import { silentLog } from '../testing/silent-log.ts';

export type BenchBusKind = 'memory' | 'mqtt';

export interface BenchBroker {
  connect(name: string): Promise<Bus>;
  close(): Promise<void>;
}

export const openBenchBroker = async (kind: BenchBusKind): Promise<BenchBroker> =>
  kind === 'memory' ? memory() : await mqtt();

const memory = (): BenchBroker => {
  const broker = createMemoryBroker();
  return { connect: async () => Promise.resolve(broker.connect()), close: () => Promise.resolve() };
};

const mqtt = async (): Promise<BenchBroker> => {
  const broker = inProcessBroker();
  await broker.start();
  const buses: Bus[] = [];
  return {
    connect: async (clientId) => {
      const common = { root: DEFAULT_ROOT, clock: systemClock, random: Math.random, log: silentLog() };
      const bus = createMqttBus({ ...common, clientId, openStream: () => broker.openStream() });
      buses.push(bus);
      await new Promise<void>((resolve) => bus.onConnection((connected) => connected && resolve()));
      return bus;
    },
    close: async () => {
      await Promise.all(buses.map((bus) => bus.close()));
      await broker.stop();
    },
  };
};
