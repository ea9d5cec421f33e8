import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import { createMessage, DEFAULT_ROOT } from '@cotbus/contracts';
import { Aedes } from 'aedes';
import type { AedesOptions } from 'aedes';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { createLog } from './log.ts';
import { createMqttBus } from './mqtt-bus.ts';
import type { MqttBusOptions } from './mqtt-bus.ts';
import { inProcessStream } from './in-process-stream.ts';
import { tcpBroker } from './testing/brokers.ts';
import { fakeClock } from './testing/fake-clock.ts';

const until = async (check: () => void): Promise<void> => vi.waitFor(check, { interval: 2, timeout: 20_000 });
const frame = (seq: number, payload = new Uint8Array()) =>
  createMessage('frameHeard', { item: { id: { origin: 'a', seq } }, port: 1, payload });

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A bus over a broker with these rules; `streams` are its ends of the connections. */
const make = async (rules: AedesOptions = {}, options: Partial<MqttBusOptions> = {}) => {
  const aedes = new Aedes(rules);
  await aedes.listen();
  ends.push(
    async () =>
      new Promise((resolve) => {
        aedes.close(() => resolve());
      }),
  );
  const clock = fakeClock();
  const streams: Duplex[] = [];
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    level: 'info',
    terminal: false,
    name: 'test',
    write: (text) => lines.push(JSON.parse(text) as Record<string, unknown>),
  });
  const counted: string[] = [];
  const bus = createMqttBus({
    root: DEFAULT_ROOT,
    clientId: 'bus',
    openStream: () => {
      const stream = inProcessStream((far) => aedes.handle(far));
      streams.push(stream);
      return stream;
    },
    clock,
    random: () => 0,
    log,
    count: (name) => counted.push(name),
    ...options,
  });
  ends.push(async () => bus.close());
  const said = (event: string): Record<string, unknown>[] => lines.filter(({ msg }) => msg === event);
  return { aedes, bus, clock, streams, said, counted };
};

describe('the bus over MQTT', () => {
  it('rejects a subscription that the broker refuses', async () => {
    const { bus } = await make({
      authorizeSubscribe: (_, subscription, done) =>
        done(null, subscription.topic.includes('/tx') ? null : subscription),
    });
    await until(() => expect(bus.connected).toBe(true));
    await expect(bus.subscribe('txResult', { agent: 'a' }, () => {})).rejects.toMatchObject({
      code: 'bus_unusable',
      message: `the MQTT broker refuses the subscription to ${DEFAULT_ROOT}/mesh/a/tx: its access list must allow it`,
    });
    await bus.subscribe('frameHeard', {}, () => {});
  });

  it('logs a refused subscription that was made before the connection, and works without it', async () => {
    const { bus, said } = await make({
      authorizeSubscribe: (_, subscription, done) =>
        done(null, subscription.topic.includes('/tx') ? null : subscription),
    });
    const got: (number | undefined)[] = [];
    await bus.subscribe('txResult', { agent: 'a' }, () => {});
    await bus.subscribe('frameHeard', {}, (message) => got.push(message?.item?.id?.seq));
    await until(() => expect(bus.connected).toBe(true));
    expect(said('subscription.refused')).toMatchObject([{ filter: `${DEFAULT_ROOT}/mesh/a/tx` }]);
    bus.publish('frameHeard', frame(1));
    await until(() => expect(got).toEqual([1]));
  });

  it('says why it is not let in, again after a wait, and comes in with the right password', async () => {
    let right = 'other';
    const { bus, clock, said } = await make(
      { authenticate: (_, username, password, done) => done(null, username === 'u' && password?.toString() === right) },
      { username: 'u', password: 'p' },
    );
    await until(() => expect(said('bus.unreachable')).toHaveLength(1));
    expect(said('bus.unreachable')[0]?.['detail']).toMatch(/not authorized/i);
    right = 'p';
    await clock.pass(1000);
    await until(() => expect(bus.connected).toBe(true));
  });

  it('goes on trying when no stream can be opened', async () => {
    let fails = 2;
    const { aedes, bus, clock, said } = await make(
      {},
      {
        openStream: () => {
          fails -= 1;
          if (fails >= 0) throw new TypeError('no such device');
          return inProcessStream((far) => aedes.handle(far));
        },
      },
    );
    await clock.pass(0);
    await clock.pass(1000);
    await clock.pass(2000);
    await until(() => expect(bus.connected).toBe(true));
    expect(said('bus.unreachable').map(({ detail }) => detail)).toEqual(['no such device', 'no such device']);
  });

  it('takes more than it should hold back: false, counted, and retained messages follow', async () => {
    const held: (() => void)[] = [];
    let holding = true;
    const { aedes, bus, counted } = await make({
      authorizePublish: (_, __, done) => {
        if (holding) held.push(() => done(null));
        else done(null);
      },
    });
    const topics: string[] = [];
    aedes.on('publish', ({ topic }) => topics.push(topic));
    await until(() => expect(bus.connected).toBe(true));
    const large = new Uint8Array(255 * 1024);
    const taken = Array.from({ length: 70 }, (_, index) => bus.publish('frameHeard', frame(index + 1, large)));
    expect(taken.filter(Boolean)).toHaveLength(64);
    expect(
      bus.publish(
        'agentStatus',
        createMessage('agentStatus', { agent: 'a'.repeat(64), firmwareVersion: 'x'.repeat(99_999) }),
      ),
    ).toBe(false);
    expect(counted).toEqual(Array.from({ length: 7 }, () => 'bus_congested_total'));
    await until(() => expect(held.length).toBeGreaterThan(0));
    holding = false;
    for (const answer of held) answer();
    await until(() => expect(topics.at(-1)).toContain('/status'));
    expect(bus.publish('frameHeard', frame(99, large))).toBe(true);
  });

  it('says when the connection was lost, and that it is back', async () => {
    const { bus, clock, streams, said } = await make();
    await until(() => expect(bus.connected).toBe(true));
    streams[0]?.destroy(new TypeError('cable pulled'));
    await until(() => expect(bus.connected).toBe(false));
    expect(said('bus.lost')).toMatchObject([{ detail: 'cable pulled' }]);
    await clock.pass(1000);
    await until(() => expect(said('bus.connected')).toHaveLength(2));
    expect(streams).toHaveLength(2);
  });

  it('loses nothing when a listener for the connection throws', async () => {
    const { bus, said } = await make();
    const heard: boolean[] = [];
    bus.onConnection(() => {
      throw new TypeError('a mistake');
    });
    bus.onConnection((connected) => heard.push(connected));
    await until(() => expect(heard).toEqual([true]));
    expect(said('handler.failed')).toHaveLength(1);
  });

  it('leaves a broker that does not answer after a second', async () => {
    const { bus, clock, streams } = await make({ authorizePublish: () => {} });
    await until(() => expect(bus.connected).toBe(true));
    bus.publish('frameHeard', frame(1));
    const closed = bus.close();
    await clock.pass(999);
    expect(bus.connected).toBe(true);
    await clock.pass(1);
    await clock.pass(500);
    await closed;
    expect([bus.connected, streams[0]?.destroyed]).toEqual([false, true]);
  });

  it('gives messages that do not hold the chunk they came in', async () => {
    const { bus } = await make();
    const payloads: Uint8Array[] = [];
    await bus.subscribe('frameHeard', {}, (message) => payloads.push(message?.payload ?? new Uint8Array()));
    await until(() => expect(bus.connected).toBe(true));
    bus.publish('frameHeard', frame(1, new Uint8Array([1, 2, 3])));
    await until(() => expect(payloads).toEqual([new Uint8Array([1, 2, 3])]));
    expect(payloads[0]?.constructor).toBe(Uint8Array);
    expect(payloads[0]?.buffer.byteLength).toBeLessThan(100);
  });

  it('sends without delay over a socket', async () => {
    const broker = tcpBroker();
    await broker.start();
    ends.push(async () => broker.stop());
    const delays: MockInstance<Socket['setNoDelay']>[] = [];
    const { bus } = await make(
      {},
      {
        openStream: () => {
          const socket = connect({ host: '127.0.0.1', port: broker.port() });
          delays.push(vi.spyOn(socket, 'setNoDelay'));
          return socket;
        },
      },
    );
    await until(() => expect(bus.connected).toBe(true));
    expect(delays.map(({ mock }) => mock.calls)).toEqual([[[true]]]);
  });

  it('can be closed before it was ever connected', async () => {
    const [near] = duplexPair();
    const { bus } = await make({}, { openStream: () => near });
    await bus.close();
    await until(() => expect(near.destroyed).toBe(true));
  });
});
