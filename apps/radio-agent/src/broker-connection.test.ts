import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { fakeClock } from '@cotbus/service/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openBrokerConnection } from './broker-connection.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const CONNACK = Uint8Array.of(0x20, 2, 0, 0);

/** A broker that does no more than `onConnect`. */
const connectTo = async (onConnect: (socket: Socket) => void, signal = new AbortController().signal) => {
  const server = createServer((socket) => {
    closers.push(() => socket.destroy());
    socket.once('data', () => onConnect(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const clock = fakeClock();
  const stream = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const options = { stream, clientId: 'cotbus-1', clock, onMessage: () => undefined, onOversize: () => undefined };
  return { clock, stream, opening: openBrokerConnection(options, signal) };
};

describe('a connection to a broker', () => {
  it('ends when the broker answers no subscription', async () => {
    const { clock, opening } = await connectTo((socket) => socket.write(CONNACK));
    const connection = await opening;
    const answer = connection.subscribe('msh/2/e/#');
    clock.advance(10_000);
    await expect(connection.closed).resolves.toBe('the broker does not answer a subscription');
    await expect(answer).resolves.toBe('ended');
    expect(clock.pending).toBe(0);
  });

  it('ends when the broker acknowledges no message', async () => {
    const { clock, opening } = await connectTo((socket) => socket.write(CONNACK));
    const connection = await opening;
    let acknowledged = false;
    connection.publish('msh/2/e/TAK/!00000001', Uint8Array.of(1), () => {
      acknowledged = true;
    });
    clock.advance(10_000);
    await expect(connection.closed).resolves.toBe('the broker does not answer a message');
    await connection.close();
    expect([acknowledged, clock.pending]).toEqual([false, 0]);
  });

  it('ends when nothing is said on the other side any more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
    closers.push(() => vi.useRealTimers());
    const { opening } = await connectTo((socket) => socket.write(CONNACK));
    const connection = await opening;
    const ends: string[] = [];
    void connection.closed.then((why) => ends.push(why));
    // Keep-alive, and half as much again.
    for (let seconds = 0; ends.length === 0 && seconds < 40; seconds += 1) await vi.advanceTimersByTimeAsync(1000);
    expect(ends).toEqual([expect.stringMatching(/\w+ \w+/)]);
  });

  it('is not there when the broker hangs up', async () => {
    const { opening } = await connectTo((socket) => socket.destroy());
    await expect(opening).rejects.toThrow('the broker closed the connection');
  });

  it('leaves no stream behind when it is given up', async () => {
    const abort = new AbortController();
    const { stream, opening } = await connectTo(() => abort.abort(), abort.signal);
    await expect(opening).rejects.toThrow(Error);
    expect(stream.destroyed).toBe(true);
  });
});
