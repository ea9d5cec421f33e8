import type { Duplex } from 'node:stream';
import { DEFAULT_ROOT } from '@cotbus/contracts';
import { MqttClient } from 'mqtt';
import { expect, vi } from 'vitest';
import type { Bus } from './bus.ts';
import { createMqttBus } from './mqtt-bus.ts';
import { findProgram, inProcessBroker, mosquittoBroker, tcpBroker } from './testing/brokers.ts';
import type { Broker } from './testing/brokers.ts';
import { describeBus } from './testing/bus-contract.ts';
import type { TestBroker } from './testing/bus-contract.ts';
import { fakeClock } from './testing/fake-clock.ts';
import { createMemoryBroker } from './testing/memory-bus.ts';
import { silentLog } from './testing/silent-log.ts';

const memoryTestBroker = async (): Promise<TestBroker> => {
  const broker = createMemoryBroker();
  return {
    connect: async (options) => broker.connect(options),
    publishRaw: (topic, payload) => broker.publishRaw(topic, payload),
    cut: (bus) => broker.cut(bus),
    stop: async () => broker.disconnectAll(),
    start: async () => broker.reconnect(),
    close: async () => {},
  };
};

const connected = async (bus: Bus): Promise<void> =>
  vi.waitFor(() => expect(bus.connected).toBe(true), { interval: 2, timeout: 20_000 });

/** A plain client that can publish anything. */
const connectStranger = async (broker: Broker): Promise<MqttClient> => {
  const protocol = { protocolId: 'MQTT', protocolVersion: 4, clean: true } as const;
  const stranger = new MqttClient(() => broker.openStream(), {
    ...protocol,
    clientId: 'stranger',
    keepalive: 30,
    reconnectPeriod: 0,
  });
  await new Promise((resolve) => {
    stranger.once('connect', resolve);
  });
  return stranger;
};

const mqttTestBroker = async (broker: Broker): Promise<TestBroker> => {
  await broker.start();
  const clock = fakeClock();
  const buses = new Map<Bus, Duplex | undefined>();
  const stranger = await connectStranger(broker);
  return {
    connect: async (options = {}) => {
      let stream: Duplex | undefined;
      const openStream = (): Duplex => (stream = broker.openStream());
      const clientId = `bus${buses.size}`;
      const fixed = { root: DEFAULT_ROOT, clock, random: () => 0, log: silentLog() };
      const bus = createMqttBus({ ...options, ...fixed, clientId, openStream });
      buses.set(bus, undefined);
      await connected(bus);
      buses.set(bus, stream);
      return bus;
    },
    publishRaw: (topic, payload) => {
      stranger.publish(topic, Buffer.from(payload), { qos: 1 });
    },
    cut: (bus) => {
      buses.get(bus)?.destroy();
    },
    stop: async () => broker.stop(),
    start: async () => {
      await broker.start();
      await clock.pass(1000);
      await Promise.all([...buses.keys()].map(connected));
    },
    close: async () => {
      stranger.end(true);
      await Promise.all([...buses.keys()].map(async (bus) => bus.close()));
      await broker.stop();
    },
  };
};

describeBus('memory', memoryTestBroker);
// aedes grants a shared subscription and delivers nothing.
describeBus('MQTT, aedes over in-process streams', async () => mqttTestBroker(inProcessBroker()), { shares: false });
describeBus('MQTT, aedes over TCP', async () => mqttTestBroker(tcpBroker()), { shares: false });

const mosquitto = findProgram('mosquitto');
describeBus(
  mosquitto === undefined ? 'MQTT, mosquitto (skipped: it is not on the PATH)' : 'MQTT, mosquitto',
  async () => mqttTestBroker(mosquittoBroker(mosquitto ?? '')),
  { skip: mosquitto === undefined },
);
