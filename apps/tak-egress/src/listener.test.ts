import { ServiceError } from '@cotbus/service';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StreamOutput } from './event-stream.ts';
import { MAX_CLIENTS, openListener, QUIET_MS } from './listener.ts';
import type { ListenerEvents } from './listener.ts';
import type { TakPeer } from './tak-peer.ts';
import { openPhone } from './testing/phone.ts';
import type { Phone } from './testing/phone.ts';

const KEEPALIVE = '<event uid="keepalive"/>';
const PLAIN = { protocol: 'xml', section: 'listen' } as const;

const open = async (events: Partial<ListenerEvents> = {}) => {
  const clock = fakeClock();
  const listener = await openListener({ host: '127.0.0.1', port: 0, ...PLAIN }, clock, () => KEEPALIVE, {
    joined: () => {},
    output: () => {},
    room: () => {},
    left: () => {},
    turnedAway: () => {},
    refused: () => {},
    failed: () => {},
    ...events,
  });
  onTestFinished(() => listener.close());
  return { clock, listener };
};

const joinedPhone = async (address: string): Promise<Phone> => {
  const phone = await openPhone(address);
  onTestFinished(() => phone.close());
  return phone;
};

/** A callback, and promises for each of its calls. */
const calls = <A extends unknown[]>() => {
  const made: A[] = [];
  const waiting: ((args: A) => void)[] = [];
  return {
    call: (...args: A): void => {
      const resolve = waiting.shift();
      if (resolve === undefined) made.push(args);
      else resolve(args);
    },
    next: (): Promise<A> =>
      new Promise((resolve) => {
        const args = made.shift();
        if (args === undefined) waiting.push(resolve);
        else resolve(args);
      }),
  };
};

describe('the TCP listener', () => {
  it('gives what clients send, and the event that one leaves unfinished', async () => {
    const output = calls<[TakPeer, StreamOutput]>();
    const left = calls<[TakPeer, string]>();
    const { listener } = await open({ output: output.call, left: left.call });
    const phone = await joinedPhone(listener.address);
    phone.send('<event uid="1"/><event uid="2"');
    expect((await output.next())[1]).toEqual({ kind: 'event', xml: '<event uid="1"/>' });
    phone.close();
    expect((await output.next())[1]).toMatchObject({ kind: 'refused', reason: 'garbled' });
    expect((await left.next())[1]).toBe('');
    expect(listener.clientCount).toBe(0);
  });

  it('keeps quiet clients alive, and only those', async () => {
    const joined = calls<[TakPeer, unknown]>();
    const { clock, listener } = await open({ joined: joined.call });
    const quiet = await joinedPhone(listener.address);
    const [quietClient] = await joined.next();
    clock.advance(QUIET_MS / 2);
    const served = await joinedPhone(listener.address);
    const [servedClient] = await joined.next();
    servedClient.answer('<event uid="1"/>');
    clock.advance(QUIET_MS / 2);
    quietClient.answer('<event uid="2"/>');
    servedClient.answer('<event uid="2"/>');
    expect([await quiet.next(), await quiet.next()]).toEqual([KEEPALIVE, '<event uid="2"/>']);
    expect([await served.next(), await served.next()]).toEqual(['<event uid="1"/>', '<event uid="2"/>']);
  });

  it('has no room for a client that does not read, and has it again when it does', async () => {
    const joined = calls<[TakPeer, unknown]>();
    const room = calls<[TakPeer]>();
    const { listener } = await open({ joined: joined.call, room: room.call });
    const slow = await joinedPhone(listener.address);
    const [peer] = await joined.next();
    slow.stall();
    const xml = `<event uid="${'x'.repeat(60_000)}"/>`;
    let written = 0;
    // The system takes some megabytes for a client before anything waits here.
    for (; peer.hasRoom && written < 400; written++) peer.answer(xml);
    expect(peer.hasRoom).toBe(false);
    slow.resume();
    for (let n = 0; n < written; n++) expect(await slow.next()).toHaveLength(xml.length);
    await room.next();
    expect(peer.hasRoom).toBe(true);
  });

  it('cuts off who asks without reading the answers', async () => {
    const joined = calls<[TakPeer, unknown]>();
    const left = calls<[TakPeer, string]>();
    const { listener } = await open({ joined: joined.call, left: left.call });
    const slow = await joinedPhone(listener.address);
    const [peer] = await joined.next();
    slow.stall();
    const xml = `<event uid="${'x'.repeat(60_000)}"/>`;
    for (let written = 0; written < 400; written++) peer.answer(xml);
    const [gone, fault] = await left.next();
    expect(gone).toBe(peer);
    expect(fault).toMatch(/^reads too slowly, \d+ bytes wait$/);
  });

  it('turns away who comes when it is full', async () => {
    const turnedAway = calls<[]>();
    const { listener } = await open({ turnedAway: turnedAway.call });
    await Promise.all(Array.from({ length: MAX_CLIENTS }, () => joinedPhone(listener.address)));
    const late = await joinedPhone(listener.address);
    await turnedAway.next();
    await late.closed;
    expect(listener.clientCount).toBe(MAX_CLIENTS);
  });

  it('ends its clients and its timer when it is closed', async () => {
    const { clock, listener } = await open();
    const phone = await joinedPhone(listener.address);
    await listener.close();
    await phone.closed;
    expect(clock.pending).toBe(0);
  });
});

describe('a listener that cannot open', () => {
  const refusalOf = async (host: string, port: number): Promise<ServiceError> => {
    const nothing = () => {};
    const events = {
      joined: nothing,
      output: nothing,
      room: nothing,
      left: nothing,
      turnedAway: nothing,
      refused: nothing,
      failed: nothing,
    };
    return openListener({ host, port, ...PLAIN }, fakeClock(), () => KEEPALIVE, events).then(
      () => expect.fail('it opened'),
      (error: unknown) => error as ServiceError,
    );
  };

  it('says that the port is taken and how to choose another', async () => {
    const { listener } = await open();
    const port = Number(listener.address.split(':')[1]);
    const refusal = await refusalOf('127.0.0.1', port);
    expect(refusal).toBeInstanceOf(ServiceError);
    expect(refusal.code).toBe('port_taken');
    expect(refusal.message).toBe(
      `Port ${port} for TAK clients is taken by another program: stop it, or choose another port with ` +
        `tak.listen.port or COTBUS_TAK_LISTEN_PORT.`,
    );
  });

  it('says that the address is none of this machine', async () => {
    const refusal = await refusalOf('192.0.2.1', 0);
    expect(refusal.code).toBe('address_unusable');
    expect(refusal.message).toContain('tak.listen.host');
  });
});
