import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './clock.ts';
import { openMqttConnection } from './mqtt-connection.ts';
import type { Oversize } from './oversize.ts';
import { tcpBroker } from './testing/brokers.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const MAX = 10_000;

/** A connection, and a stranger at the same broker. */
const start = async () => {
  const broker = tcpBroker();
  await broker.start();
  closers.push(() => broker.stop());
  const stranger = await connectAsync(`mqtt://127.0.0.1:${broker.port()}`);
  closers.push(() => stranger.endAsync(true));
  const heard: [string, number][] = [];
  const leftOut: Oversize[] = [];
  const open = async () => {
    const connection = await openMqttConnection(
      {
        stream: broker.openStream(),
        clientId: 'reader',
        keepaliveSeconds: 15,
        clock: systemClock,
        maxPayloadBytes: MAX,
        onMessage: (topic, payload) => heard.push([topic, payload.length]),
        onOversize: (oversize) => leftOut.push(oversize),
      },
      new AbortController().signal,
    );
    closers.push(() => connection.leave());
    return connection;
  };
  return { stranger, heard, leftOut, open };
};

describe('a connection to a broker that holds messages too large for us', () => {
  it('goes on with the next one, and has acknowledged what it did not read', async () => {
    const { stranger, heard, leftOut, open } = await start();
    await stranger.publishAsync('a/large', Buffer.alloc(5_000_000), { qos: 1, retain: true });
    const connection = await open();
    await expect(connection.subscribe('a/#')).resolves.toBe('granted');
    for (let at = 0; at < 50; at += 1) {
      await stranger.publishAsync('a/large', Buffer.alloc(MAX + 1), { qos: 1 });
      await stranger.publishAsync('a/small', Buffer.alloc(MAX), { qos: 1 });
    }
    await vi.waitFor(() => expect(heard).toHaveLength(50), { timeout: 20_000 });
    expect(heard.every(([topic, bytes]) => topic === 'a/small' && bytes === MAX)).toBe(true);
    expect(leftOut.map(({ topic, payloadBytes }) => [topic, payloadBytes])).toEqual([
      ['a/large', 5_000_000],
      ...Array.from({ length: 50 }, () => ['a/large', MAX + 1]),
    ]);
    // Both ways still work.
    const acknowledged = new Promise<void>((resolve) => {
      connection.publish({ topic: 'b', payload: new Uint8Array(200_000), qos: 1, retain: false }, resolve);
    });
    await acknowledged;
  });
});
