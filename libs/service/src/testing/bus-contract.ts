/** What every adapter of the bus has to do. Run against the memory bus and MQTT over several streams and brokers. */
import { buildTopic, createMessage, DEFAULT_ROOT } from '@cotbus/contracts';
import type { MessageOf, TopicIds, TopicName } from '@cotbus/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bus, BusWill } from '../bus.ts';

import type { Count } from '../subscriptions.ts';

export interface TestBroker {
  /** A participant that is connected. */
  connect(options?: { readonly will?: BusWill; readonly count?: Count }): Promise<Bus>;
  /** Any bytes on any topic, as a stranger could publish them. */
  publishRaw(topic: string, payload: Uint8Array): void;
  /** Cuts the connection of a participant, as a pulled cable would. */
  cut(bus: Bus): void;
  /** The broker dies and forgets everything. */
  stop(): Promise<void>;
  /** It is back, and so is everybody. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const frame = (seq: number, { agent = 'a', port = 1 } = {}): MessageOf<'frameHeard'> =>
  createMessage('frameHeard', { item: { id: { origin: agent, seq } }, port });

const status = (agent: string, atMs: number): MessageOf<'agentStatus'> =>
  createMessage('agentStatus', { agent, online: true, atMs });

/** Everything a subscription gets. */
const collect = async <N extends TopicName>(
  bus: Bus,
  name: N,
  ids: Partial<TopicIds<N>> = {},
): Promise<(MessageOf<N> | undefined)[]> => {
  const got: (MessageOf<N> | undefined)[] = [];
  await bus.subscribe(name, ids, (message) => {
    got.push(message);
  });
  return got;
};

const seqs = (frames: readonly (MessageOf<'frameHeard'> | undefined)[]): (number | undefined)[] =>
  frames.map((heard) => heard?.item?.id?.seq);

const until = async (check: () => void): Promise<void> => vi.waitFor(check, { interval: 2, timeout: 20_000 });

const newest = (statuses: readonly (MessageOf<'agentStatus'> | undefined)[]): Record<string, number> =>
  Object.fromEntries(statuses.flatMap((message) => (message === undefined ? [] : [[message.agent, message.atMs]])));

/** Everything `publisher` published before has reached `reader`. */
const arrived = async (publisher: Bus, reader = publisher): Promise<void> => {
  const marks = await collect(reader, 'reply', { id: 'mark' });
  publisher.publish('reply', createMessage('reply', { id: 'mark' }));
  await until(() => expect(marks).toHaveLength(1));
};

const describeSharing = (broker: () => TestBroker): void => {
  it('gives each message to one member of a group, and all to who is in none', async () => {
    const buses = [await broker().connect(), await broker().connect(), await broker().connect()];
    const got: number[][] = [[], []];
    for (const [index, list] of got.entries()) {
      const take = (message: MessageOf<'frameHeard'> | undefined) => list.push(message?.item?.id?.seq ?? 0);
      await buses[index]?.subscribe('frameHeard', {}, take, { group: 'workers' });
    }
    const [, , watcher] = buses;
    if (watcher === undefined) throw new Error('no watcher');
    const all = await collect(watcher, 'frameHeard');
    for (let seq = 1; seq <= 20; seq += 1) watcher.publish('frameHeard', frame(seq));
    await until(() => expect(all).toHaveLength(20));
    await until(() => expect(got.flat().toSorted((a, b) => a - b)).toEqual(seqs(all)));
    expect(got.map(({ length }) => length)).toEqual([10, 10]);
  });
};

const describeDelivery = (broker: () => TestBroker): void => {
  it('delivers to all subscribers that match and to no other', async () => {
    const [publisher, reader, other] = [await broker().connect(), await broker().connect(), await broker().connect()];
    const all = await collect(reader, 'frameHeard');
    const onlyA = await collect(other, 'frameHeard', { agent: 'a' });
    const onlyPort7 = await collect(other, 'frameHeard', { port: '7' });
    expect(publisher.publish('frameHeard', frame(1, { agent: 'a', port: 3 }))).toBe(true);
    expect(publisher.publish('frameHeard', frame(2, { agent: 'b', port: 7 }))).toBe(true);
    expect(publisher.publish('frameHeard', frame(3, { agent: 'a', port: 7 }))).toBe(true);
    await until(() => expect(seqs(all)).toEqual([1, 2, 3]));
    await until(() => expect(seqs(onlyA)).toEqual([1, 3]));
    await until(() => expect(seqs(onlyPort7)).toEqual([2, 3]));
  });

  it('calls every handler of one filter once', async () => {
    const bus = await broker().connect();
    const [first, second] = [await collect(bus, 'frameHeard'), await collect(bus, 'frameHeard')];
    bus.publish('frameHeard', frame(1));
    await arrived(bus);
    expect([seqs(first), seqs(second)]).toEqual([[1], [1]]);
  });

  it('calls a handler once for overlapping filters', async () => {
    const bus = await broker().connect();
    const handler = vi.fn<(message: MessageOf<'frameHeard'> | undefined) => void>();
    await bus.subscribe('frameHeard', { agent: 'a' }, handler);
    await bus.subscribe('frameHeard', { port: '1' }, handler);
    await bus.subscribe('frameHeard', {}, handler);
    bus.publish('frameHeard', frame(1));
    await arrived(bus);
    expect(seqs(handler.mock.calls.map(([message]) => message))).toEqual([1]);
  });

  it('gives the ids of the topic with the message', async () => {
    const bus = await broker().connect();
    const got = vi.fn<(ids: TopicIds<'frameHeard'>) => void>();
    await bus.subscribe('frameHeard', {}, (_, ids) => got(ids));
    bus.publish('frameHeard', frame(1, { agent: 'north', port: 257 }));
    await until(() => expect(got.mock.calls).toEqual([[{ agent: 'north', port: '257' }]]));
  });

  it('keeps the order', async () => {
    const [publisher, reader] = [await broker().connect(), await broker().connect()];
    const got = await collect(reader, 'frameHeard');
    const sent = Array.from({ length: 200 }, (_, index) => index + 1);
    for (const seq of sent) publisher.publish('frameHeard', frame(seq, { port: (seq % 3) + 1 }));
    await until(() => expect(seqs(got)).toEqual(sent));
  });
};

const describeRetained = (broker: () => TestBroker): void => {
  it('keeps the newest retained message for those who come late, on the same connection too', async () => {
    const publisher = await broker().connect();
    publisher.publish('agentStatus', status('a', 1));
    publisher.publish('agentStatus', status('a', 2));
    publisher.publish('agentStatus', status('b', 3));
    await arrived(publisher);
    const late = await broker().connect();
    const first = await collect(late, 'agentStatus', { agent: 'a' });
    await until(() => expect(first.map((message) => message?.atMs)).toEqual([2]));
    const second = await collect(late, 'agentStatus', { agent: 'a' });
    await until(() => expect(second.map((message) => message?.atMs)).toEqual([2]));
    const wider = await collect(late, 'agentStatus');
    await until(() => expect(newest(wider)).toEqual({ a: 2, b: 3 }));
    expect([first, second].map((got) => got.length)).toEqual([1, 1]);
  });

  it('says undefined when a retained message is cleared, and forgets it', async () => {
    const [publisher, reader] = [await broker().connect(), await broker().connect()];
    const got = await collect(reader, 'agentStatus');
    publisher.publish('agentStatus', status('a', 1));
    publisher.clear('agentStatus', { agent: 'a' });
    await until(() => expect(got.map((message) => message?.atMs)).toEqual([1, undefined]));
    const late = await broker().connect();
    const lateGot = await collect(late, 'agentStatus');
    await arrived(publisher, late);
    expect(lateGot).toEqual([]);
  });

  it('restores subscriptions and its newest retained messages after the broker came back', async () => {
    const [publisher, reader] = [await broker().connect(), await broker().connect()];
    publisher.publish('agentStatus', status('a', 1));
    publisher.publish('agentStatus', status('b', 1));
    publisher.publish('agentStatus', status('c', 1));
    const got = await collect(reader, 'agentStatus');
    await until(() => expect(got).toHaveLength(3));
    await broker().stop();
    await until(() => expect([publisher.connected, reader.connected]).toEqual([false, false]));
    expect(publisher.publish('agentStatus', status('a', 2))).toBe(false);
    publisher.clear('agentStatus', { agent: 'b' });
    const whileAway = await collect(reader, 'frameHeard');
    got.length = 0;
    await broker().start();
    const late = await collect(await broker().connect(), 'agentStatus');
    await until(() => expect(newest(late)).toEqual({ a: 2, c: 1 }));
    await until(() => expect(newest(got)).toEqual({ a: 2, c: 1 }));
    publisher.publish('frameHeard', frame(5));
    await until(() => expect(seqs(whileAway)).toEqual([5]));
  });
};

const describeLosses = (broker: () => TestBroker): void => {
  it('says false while there is no broker, and sends nothing of that later', async () => {
    const bus = await broker().connect();
    const got = await collect(bus, 'frameHeard');
    const changes = vi.fn<(connected: boolean) => void>();
    bus.onConnection(changes);
    await broker().stop();
    await until(() => expect(bus.connected).toBe(false));
    expect(bus.publish('frameHeard', frame(1))).toBe(false);
    await broker().start();
    expect(bus.connected).toBe(true);
    expect(bus.publish('frameHeard', frame(2))).toBe(true);
    await until(() => expect(seqs(got)).toEqual([2]));
    expect(changes.mock.calls).toEqual([[false], [true]]);
  });

  it('has the last will published when the connection is cut, not when the bus is closed', async () => {
    const reader = await broker().connect();
    const got = await collect(reader, 'agentStatus');
    const will = (agent: string): BusWill => ({
      name: 'agentStatus',
      message: createMessage('agentStatus', { agent, online: false }),
    });
    const [cut, closed] = [
      await broker().connect({ will: will('cut') }),
      await broker().connect({ will: will('closed') }),
    ];
    await closed.close();
    broker().cut(cut);
    await until(() => expect(got.map((message) => message?.agent)).toEqual(['cut']));
    await arrived(reader);
    expect(got).toHaveLength(1);
  });

  it('refuses garbage on any topic, counts it, and loses nothing else', async () => {
    const count = vi.fn<Count>();
    const reader = await broker().connect({ count });
    const got = await collect(reader, 'frameHeard');
    const topic = buildTopic(DEFAULT_ROOT, 'frameHeard', { agent: 'a', port: '1' });
    broker().publishRaw(topic, new Uint8Array([0xff, 0xff, 0xff]));
    broker().publishRaw(topic, new Uint8Array());
    broker().publishRaw(`${DEFAULT_ROOT}/mesh/\u{1f4a9}/rx/x y`, new Uint8Array([1]));
    reader.publish('frameHeard', frame(1));
    await until(() => {
      expect(count.mock.calls.map(([counted]) => counted)).toEqual([
        'bus_refused_payload_garbled_total',
        'bus_refused_topic_disagrees_total',
        'bus_refused_topic_unknown_total',
      ]);
      expect(seqs(got)).toEqual([1]);
    });
  });

  it('loses nothing else when a handler throws', async () => {
    const count = vi.fn<Count>();
    const bus = await broker().connect({ count });
    await bus.subscribe('frameHeard', {}, () => {
      throw new TypeError('a mistake in a handler');
    });
    const got = await collect(bus, 'frameHeard');
    bus.publish('frameHeard', frame(1));
    bus.publish('frameHeard', frame(2));
    await until(() => expect(seqs(got)).toEqual([1, 2]));
    expect(count.mock.calls).toEqual([['bus_handler_failed_total'], ['bus_handler_failed_total']]);
  });

  it('has published everything when it is closed, and says false from then on', async () => {
    const [publisher, reader] = [await broker().connect(), await broker().connect()];
    const got = await collect(reader, 'frameHeard');
    const sent = Array.from({ length: 100 }, (_, index) => index + 1);
    for (const seq of sent) publisher.publish('frameHeard', frame(seq));
    await publisher.close();
    expect(publisher.connected).toBe(false);
    expect(publisher.publish('frameHeard', frame(101))).toBe(false);
    await arrived(reader);
    expect(seqs(got)).toEqual(sent);
  });
};

export const describeBus = (
  name: string,
  makeBroker: () => Promise<TestBroker>,
  { skip = false, shares = true } = {},
): void => {
  describe.skipIf(skip)(`the bus over ${name}`, () => {
    let broker: TestBroker;
    beforeEach(async () => {
      broker = await makeBroker();
    });
    afterEach(async () => broker.close());
    describeDelivery(() => broker);
    describeRetained(() => broker);
    describeLosses(() => broker);
    if (shares) describeSharing(() => broker);
  });
};
