import { DEFAULT_ROOT } from '@cotbus/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMqttBus } from './mqtt-bus.ts';
import { proveSharing } from './prove-sharing.ts';
import { findProgram, mosquittoBroker, tcpBroker } from './testing/brokers.ts';
import type { Broker } from './testing/brokers.ts';
import { fakeClock } from './testing/fake-clock.ts';
import { silentLog } from './testing/silent-log.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const connect = async (broker: Broker) => {
  await broker.start();
  const clock = fakeClock();
  const openStream = () => broker.openStream();
  const fixed = { root: DEFAULT_ROOT, clock, random: () => 0, log: silentLog() };
  const bus = createMqttBus({ ...fixed, clientId: 'prover', openStream });
  closers.push(
    () => broker.stop(),
    () => bus.close(),
  );
  await vi.waitFor(() => expect(bus.connected).toBe(true), { interval: 2, timeout: 20_000 });
  return { bus, clock };
};
const mosquitto = findProgram('mosquitto');

describe('the proof that a broker shares', () => {
  it('fails with one that grants and does not deliver', async () => {
    const { bus, clock } = await connect(tcpBroker());
    const proof = proveSharing(bus, clock, () => 0.5);
    await vi.waitFor(() => expect(clock.pending).toBeGreaterThan(0), { interval: 2, timeout: 20_000 });
    await clock.pass(2_000);
    expect(await proof).toBe(false);
  });

  it.skipIf(mosquitto === undefined)('succeeds with mosquitto (skipped where it is not on the PATH)', async () => {
    const { bus, clock } = await connect(mosquittoBroker(mosquitto ?? ''));
    expect(await proveSharing(bus, clock, () => 0.5)).toBe(true);
  });
});
