import { createSocket } from 'node:dgram';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openUdpLink } from './udp-link.ts';
import type { Lookup, UdpEvents, UdpTarget } from './udp-link.ts';

const openReceiver = async () => {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  const next = (): Promise<string> =>
    new Promise((resolve) => {
      socket.once('message', (bytes) => resolve(bytes.toString()));
    });
  return { target: (host = '127.0.0.1'): UdpTarget => ({ host, port: socket.address().port }), next };
};

const open = (targets: readonly UdpTarget[], events: Partial<UdpEvents> = {}, lookUp?: Lookup) => {
  const clock = fakeClock();
  const link = openUdpLink(targets, clock, { failed: () => {}, resolved: () => {}, ...events }, lookUp);
  onTestFinished(() => link.close());
  return { clock, link };
};

describe('the UDP link', () => {
  it('sends an event as one datagram to each receiver', async () => {
    const [first, second] = [await openReceiver(), await openReceiver()];
    const { link } = open([first.target(), second.target()]);
    const received = Promise.all([first.next(), second.next()]);
    expect(link.send('<event uid="é"/>')).toBe(2);
    expect(await received).toEqual(['<event uid="é"/>', '<event uid="é"/>']);
  });

  it('does nothing without receivers', () => {
    expect(open([]).link.send('<event/>')).toBe(0);
  });

  it('reports an event that is too large for a datagram, and goes on', async () => {
    const receiver = await openReceiver();
    const failed = new Promise<string>((resolve) => {
      const { link } = open([receiver.target()], { failed: (_, error) => resolve(error) });
      link.send('x'.repeat(70_000));
      link.send('next');
    });
    expect(await receiver.next()).toBe('next');
    expect(await failed).toContain('EMSGSIZE');
  });

  it('reports a name that is not known, asks again, and sends once it is', async () => {
    const receiver = await openReceiver();
    const answers: (() => Promise<string>)[] = [
      () => Promise.reject(new Error('getaddrinfo ENOTFOUND wintak')),
      () => Promise.resolve('127.0.0.1'),
    ];
    const said: string[] = [];
    const { clock, link } = open(
      [receiver.target('wintak')],
      { failed: (_, error) => said.push(error), resolved: () => said.push('resolved') },
      () => answers.shift()?.() ?? Promise.resolve('127.0.0.1'),
    );
    await clock.pass(0);
    expect(said).toEqual(['getaddrinfo ENOTFOUND wintak']);
    expect(link.send('lost')).toBe(0);
    await clock.pass(30_000);
    expect(said).toEqual(['getaddrinfo ENOTFOUND wintak', 'resolved']);
    const received = receiver.next();
    expect(link.send('found')).toBe(1);
    expect(await received).toBe('found');
  });

  it('says nothing any more once it is closed, and leaves no timer', async () => {
    const said: string[] = [];
    const { clock, link } = open([{ host: 'wintak', port: 1 }], { failed: (_, error) => said.push(error) }, () =>
      Promise.reject(new Error('too late')),
    );
    link.close();
    await clock.pass(60_000);
    expect(said).toEqual([]);
    expect(clock.pending).toBe(0);
    expect(link.send('x')).toBe(0);
  });
});
