import { ServiceError } from '@cotbus/service';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StreamOutput } from './event-stream.ts';
import { MAX_QUEUED_BYTES } from './tak-client.ts';
import type { TakClient } from './tak-client.ts';
import { MAX_CLIENTS, openTcpListener, QUIET_MS } from './tcp-listener.ts';
import type { ListenerEvents } from './tcp-listener.ts';
import { openPhone } from './testing/phone.ts';
import type { Phone } from './testing/phone.ts';

const KEEPALIVE = '<event uid="keepalive"/>';

const openListener = async (events: Partial<ListenerEvents> = {}) => {
  const clock = fakeClock();
  const listener = await openTcpListener({ host: '127.0.0.1', port: 0 }, clock, () => KEEPALIVE, {
    joined: () => {},
    output: () => {},
    left: () => {},
    turnedAway: () => {},
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
  it('writes to all clients but one', async () => {
    const joined = calls<[TakClient]>();
    const { listener } = await openListener({ joined: joined.call });
    const first = await joinedPhone(listener.address);
    const [firstClient] = await joined.next();
    const second = await joinedPhone(listener.address);
    await joined.next();
    expect(listener.writeAll('<event uid="1"/>', { except: firstClient, isMessage: false })).toBe(1);
    expect(listener.writeAll('<event uid="2"/>', { isMessage: false })).toBe(2);
    expect(await second.next()).toBe('<event uid="1"/>');
    expect(await second.next()).toBe('<event uid="2"/>');
    expect(await first.next()).toBe('<event uid="2"/>');
  });

  it('gives what clients send, and the event that one leaves unfinished', async () => {
    const output = calls<[TakClient, StreamOutput]>();
    const left = calls<[TakClient, string]>();
    const { listener } = await openListener({ output: output.call, left: left.call });
    const phone = await joinedPhone(listener.address);
    phone.send('<event uid="1"/><event uid="2"');
    expect((await output.next())[1]).toEqual({ kind: 'event', xml: '<event uid="1"/>' });
    phone.close();
    expect((await output.next())[1]).toMatchObject({ kind: 'refused', reason: 'garbled' });
    expect((await left.next())[1]).toBe('');
    expect(listener.clientCount).toBe(0);
  });

  it('keeps quiet clients alive, and only those', async () => {
    const joined = calls<[TakClient]>();
    const { clock, listener } = await openListener({ joined: joined.call });
    const quiet = await joinedPhone(listener.address);
    await joined.next();
    clock.advance(QUIET_MS / 2);
    const served = await joinedPhone(listener.address);
    const [servedClient] = await joined.next();
    servedClient.write('<event uid="1"/>');
    clock.advance(QUIET_MS / 2);
    listener.writeAll('<event uid="2"/>', { isMessage: false });
    expect([await quiet.next(), await quiet.next()]).toEqual([KEEPALIVE, '<event uid="2"/>']);
    expect([await served.next(), await served.next()]).toEqual(['<event uid="1"/>', '<event uid="2"/>']);
  });

  it('cuts off a client that does not read, and serves the others on', async () => {
    const joined = calls<[TakClient]>();
    const left = calls<[TakClient, string]>();
    const { listener } = await openListener({ joined: joined.call, left: left.call });
    const slow = await joinedPhone(listener.address);
    const [slowClient] = await joined.next();
    const quick = await joinedPhone(listener.address);
    await joined.next();
    slow.stall();
    const event = `<event uid="${'x'.repeat(60_000)}"/>`;
    let reached = 2;
    // The system takes some megabytes for a client before anything waits here.
    for (let sent = 0; reached === 2 && sent < 400; sent++) {
      reached = listener.writeAll(event, { isMessage: false });
      expect(await quick.next()).toHaveLength(event.length);
    }
    expect(reached).toBe(1);
    const [gone, fault] = await left.next();
    expect(gone).toBe(slowClient);
    expect(fault).toMatch(/^reads too slowly, \d+ bytes wait$/);
    expect(listener.writeAll('<event uid="last"/>', { isMessage: false })).toBe(1);
    expect(await quick.next()).toBe('<event uid="last"/>');
  });

  it('feeds a client as fast as it reads, however much it is', async () => {
    const event = `<event uid="${'x'.repeat(16_000)}"/>`;
    const count = Math.ceil((4 * MAX_QUEUED_BYTES) / event.length);
    const { listener } = await openListener({ joined: (client) => client.feed(Array(count).fill(event).values()) });
    const phone = await joinedPhone(listener.address);
    for (let n = 0; n < count; n++) expect(await phone.next()).toHaveLength(event.length);
    expect(listener.clientCount).toBe(1);
  });

  it('turns away who comes when it is full', async () => {
    const turnedAway = calls<[]>();
    const { listener } = await openListener({ turnedAway: turnedAway.call });
    await Promise.all(Array.from({ length: MAX_CLIENTS }, () => joinedPhone(listener.address)));
    const late = await joinedPhone(listener.address);
    await turnedAway.next();
    await late.closed;
    expect(listener.clientCount).toBe(MAX_CLIENTS);
  });

  it('ends its clients and its timer when it is closed', async () => {
    const { clock, listener } = await openListener();
    const phone = await joinedPhone(listener.address);
    await listener.close();
    await phone.closed;
    expect(clock.pending).toBe(0);
  });
});

describe('a listener that cannot open', () => {
  const refusalOf = async (host: string, port: number): Promise<ServiceError> => {
    const events = { joined: () => {}, output: () => {}, left: () => {}, turnedAway: () => {}, failed: () => {} };
    return openTcpListener({ host, port }, fakeClock(), () => KEEPALIVE, events).then(
      () => expect.fail('it opened'),
      (error: unknown) => error as ServiceError,
    );
  };

  it('says that the port is taken and how to choose another', async () => {
    const { listener } = await openListener();
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
