import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { fromBinary } from '@bufbuild/protobuf';
import { Kind, LinkState, takproto } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatagramLink } from './datagram-link.ts';
import { completeLink, linkOptions } from './link-options.ts';
import { interfaceAddresses } from './network-interfaces.ts';
import { datagram, MAGIC } from './takproto/frame.ts';
import { encodeTakMessage } from './takproto/tak-message.ts';
import { startWorld } from './testing/egress-world.ts';
import { eventResult, meshEvent, phoneXml } from './testing/events.ts';
import { until } from './testing/until.ts';

type World = Awaited<ReturnType<typeof startWorld>>;

const isAnnouncement = (bytes: Buffer): boolean =>
  bytes[0] === MAGIC && fromBinary(takproto.TakMessageSchema, bytes.subarray(3)).cotEvent === undefined;

/** Keeps what arrives, and sends. */
const openPeer = async (group?: string, port = 0) => {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  onTestFinished(() => void socket.close());
  await new Promise<void>((resolve) => {
    socket.bind(port, group ?? '127.0.0.1', resolve);
  });
  if (group !== undefined) socket.addMembership(group, '127.0.0.1');
  const sender = createSocket('udp4');
  onTestFinished(() => void sender.close());
  await new Promise<void>((resolve) => {
    sender.bind(0, '127.0.0.1', resolve);
  });
  sender.setMulticastInterface('127.0.0.1');
  sender.setMulticastTTL(0);
  const got: Buffer[] = [];
  // Announcements of versions are no events.
  const announced: Buffer[] = [];
  socket.on('message', (bytes) => (isAnnouncement(bytes) ? announced : got).push(bytes));
  return {
    port: socket.address().port,
    got,
    announced,
    texts: (): string[] => got.map((bytes) => bytes.toString()),
    send: (bytes: string | Uint8Array, to: number, host = '127.0.0.1'): void => sender.send(bytes, to, host),
  };
};

const opened = (world: World, name: string): Promise<unknown> =>
  until(`link ${name}`, () => {
    world.clock.advance(100);
    return world.link(name)?.state === LinkState.OPEN;
  });

const arrived = (peer: Awaited<ReturnType<typeof openPeer>>, uid: string): Promise<string> =>
  until(`${uid} by datagram`, () => peer.texts().find((text) => text.includes(` uid="${uid}"`)));

describe('a UDP link', () => {
  it('brings each event in a datagram, beside a server that has its own end', async () => {
    const [peer, server] = [await openPeer(), await openPeer()];
    const world = await startWorld({
      listen: { enabled: false },
      links: [
        { name: 'wintak', kind: 'udp', host: '127.0.0.1', port: peer.port },
        { name: 'far', kind: 'udp', host: 'localhost', port: server.port },
      ],
    });
    await opened(world, 'far');
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    expect(cotFaults(await arrived(peer, 'N1'))).toEqual([]);
    await arrived(server, 'N1');
    expect(await world.outcomes()).toEqual(['tak delivered wintak, far']);
  });

  it('takes events as XML and as protobuf, one or two in a datagram, and tells what is none', async () => {
    const peer = await openPeer();
    const world = await startWorld({
      listen: { enabled: true, port: 0 },
      links: [{ name: 'in', kind: 'udp', direction: 'in', localPort: 24_242 }],
    });
    await opened(world, 'in');
    const phone = await world.join();
    const now = world.clock.now();
    peer.send(`<?xml version="1.0"?>\n${phoneXml('A', now)}${phoneXml('B', now)}\n`, 24_242);
    peer.send(datagram(encodeTakMessage(phoneXml('C', now))), 24_242);
    peer.send('<event uid="broken"', 24_242);
    peer.send(Uint8Array.of(0xbf, 2, 0xbf, 1), 24_242);
    peer.send('hello', 24_242);
    const ended: string[] = [];
    await until('five outcomes', () => {
      void world.outcomes().then((some) => ended.push(...some));
      return ended.length >= 5;
    });
    expect(ended.map((outcome) => outcome.split(' ')[0]).toSorted()).toEqual([
      'garbled',
      'no_destination',
      'no_destination',
      'no_destination',
      'unsupported',
    ]);
    expect(await phone.arrived()).toEqual([]);
  });

  it('lets wait what is for a name that is not known yet', async () => {
    const clock = fakeClock();
    const options = completeLink(linkOptions.parse({ name: 'a', kind: 'udp', host: 'wintak' }));
    const nothing = (): void => {};
    const events = { opened: nothing, room: nothing, output: nothing, closed: nothing, failed: nothing };
    const lookUp = () => Promise.reject(new Error('getaddrinfo ENOTFOUND wintak'));
    await expect(openDatagramLink({ options, clock, ownUid: 'x', events, lookUp })).rejects.toThrow('ENOTFOUND');
    expect(clock.pending).toBe(0);
  });

  it('does not take what no datagram can hold', async () => {
    const peer = await openPeer();
    const world = await startWorld({
      listen: { enabled: false },
      udp: [{ host: '127.0.0.1', port: peer.port }],
    });
    const detail = `<remarks>${'x'.repeat(65_100)}</remarks>`;
    await world.hear(eventResult({ seq: 1, event: meshEvent({ detail }) }));
    expect(await world.outcomes()).toEqual([
      expect.stringMatching(/^tak not_allowed udp 127.0.0.1:\d+: \d+ of 65507 bytes of a datagram; kept/),
    ]);
  });
});

describe('a multicast link', () => {
  const GROUP = '239.2.3.77';
  const start = async (port: number, more: object = {}) => {
    const world = await startWorld({
      listen: { enabled: true, port: 0 },
      links: [
        { name: 'sa', kind: 'multicast', host: GROUP, port, interfaces: ['127.0.0.1'], ttl: 0, relay: true, ...more },
      ],
    });
    await opened(world, 'sa');
    return world;
  };

  it('gives to the group and takes from it, and does not hear itself', async () => {
    const peer = await openPeer(GROUP, 26_969);
    const world = await start(26_969);
    const phone = await world.join();
    await phone.arrived();
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    await arrived(peer, 'N1');
    peer.send(phoneXml('WINTAK', world.clock.now()), 26_969, GROUP);
    const got = [await phone.next(), await phone.next()].map((xml) => / uid="([^"]*)"/.exec(xml)?.[1]);
    expect(got).toEqual(['N1', 'WINTAK']);
    expect(await world.outcomes()).toEqual(['tak delivered 1 client, sa', 'no_destination no radio agent is known']);
    expect(peer.texts().filter((text) => text.includes('WINTAK'))).toHaveLength(1);
  });

  it('gives chat to the chat group', async () => {
    const [sa, chats] = [await openPeer(GROUP, 26_970), await openPeer('239.2.3.78', 26_971)];
    const world = await start(26_970, { chatHost: '239.2.3.78', chatPort: 26_971 });
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'C', kind: Kind.CHAT, type: 'b-t-f' }) }));
    await world.hear(eventResult({ seq: 2, event: meshEvent({ uid: 'N1' }) }));
    await arrived(chats, 'C');
    await arrived(sa, 'N1');
    expect(sa.got).toHaveLength(1);
    expect(chats.got).toHaveLength(1);
  });

  it('writes protobuf while everybody understands it, and XML else', async () => {
    const peer = await openPeer(GROUP, 26_972);
    const world = await start(26_972);
    const versions = { uid: 'ATAK', min: 0, max: 1 };
    peer.send(datagram(encodeTakMessage(phoneXml('ATAK', world.clock.now()), versions)), 26_972, GROUP);
    await until('an outcome', () => {
      world.clock.advance(1);
      return world.clock.monotonic() > 3000 || peer.got.length > 0;
    });
    await world.outcomes();
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    const frame = await until('a frame', () => peer.got.find((bytes) => bytes.includes('N1')));
    expect([...frame.subarray(0, 3)]).toEqual([0xbf, 1, 0xbf]);
    const message = fromBinary(takproto.TakMessageSchema, frame.subarray(3));
    expect(message).toMatchObject({
      takControl: { minProtoVersion: 0, maxProtoVersion: 1, contactUid: 'COTBUS-tak' },
      cotEvent: { uid: 'N1', lat: 47.5, detail: { contact: { callsign: 'ONE - Node One' } } },
    });
    peer.send(phoneXml('OLD', world.clock.now()), 26_972, GROUP);
    await until('the old one', () => peer.texts().some((text) => text.includes('OLD')));
    await world.outcomes();
    await world.hear(eventResult({ seq: 2, event: meshEvent({ uid: 'N2' }) }));
    expect(await arrived(peer, 'N2')).toMatch(/^<event/);
  });

  it('says every minute which versions it understands, unless it writes XML alone', async () => {
    const peer = await openPeer(GROUP, 26_973);
    const world = await start(26_973);
    const second = await until('a second announcement', () => {
      world.clock.advance(1000);
      return world.clock.monotonic() > 46_000 && peer.announced[1];
    });
    expect(fromBinary(takproto.TakMessageSchema, second.subarray(3)).takControl).toMatchObject({
      maxProtoVersion: 1,
      contactUid: 'COTBUS-tak',
    });
    const plain = await openPeer(GROUP, 26_974);
    const xml = await start(26_974, { protocol: 'xml' });
    await xml.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    await arrived(plain, 'N1');
    expect(plain.announced).toEqual([]);
  });

  it('takes events again after the system has forgotten its membership, and after its interface was away', async () => {
    const peer = await openPeer(GROUP, 26_975);
    const sockets: Socket[] = [];
    const clock = fakeClock();
    let addresses = ['127.0.0.1'];
    const got: string[] = [];
    const options = completeLink(
      linkOptions.parse({ name: 'sa', kind: 'multicast', host: GROUP, port: 26_975, ttl: 0 }),
    );
    const link = () =>
      openDatagramLink({
        options,
        clock,
        ownUid: 'x',
        addressesOf: () => addresses,
        makeSocket: (made) => {
          const socket = createSocket(made);
          sockets.push(socket);
          return socket;
        },
        events: {
          opened: () => {},
          room: () => {},
          closed: () => {},
          failed: () => {},
          output: (_, output) => got.push(output.kind === 'event' ? output.xml : output.detail),
        },
      });
    const hears = async (uid: string): Promise<unknown> =>
      until(`${uid} from the group`, () => {
        peer.send(phoneXml(uid, 0), 26_975, GROUP);
        return got.some((xml) => xml.includes(` uid="${uid}"`));
      });
    const first = await link();
    await hears('ONE');
    for (const socket of sockets) if (socket.address().port === 26_975) socket.dropMembership(GROUP, '127.0.0.1');
    clock.advance(5_000);
    await hears('TWO');
    addresses = [];
    clock.advance(5_000);
    expect(await first.closed).toBe('the network interfaces have changed');
    await first.close();
    await expect(link()).rejects.toThrow('has an IPv4 address');
    addresses = ['127.0.0.1'];
    const second = await link();
    await hears('THREE');
    await second.close();
    expect(clock.pending).toBe(0);
  });

  it.each([
    [['lo'], ['127.0.0.1']],
    [['127.0.0.1'], ['127.0.0.1']],
    [['eth9'], []],
    [[], ['192.0.2.7', '198.51.100.3']],
    [
      ['eth0', '127.0.0.1'],
      ['127.0.0.1', '192.0.2.7'],
    ],
  ])('uses of %j the addresses %j', (wanted, addresses) => {
    const address = (family: 'IPv4' | 'IPv6', text: string, internal = false) =>
      ({ family, address: text, internal, netmask: '', mac: '', cidr: null, scopeid: 0 }) as never;
    const all = {
      lo: [address('IPv4', '127.0.0.1', true), address('IPv6', '::1', true)],
      eth0: [address('IPv4', '192.0.2.7'), address('IPv6', 'fe80::1')],
      wlan0: [address('IPv4', '198.51.100.3')],
    };
    expect(interfaceAddresses(wanted, all)).toEqual(addresses);
    expect(interfaceAddresses([], { lo: all.lo })).toEqual(['127.0.0.1']);
  });

  it('waits for an interface that is not there', async () => {
    const world = await startWorld({
      listen: { enabled: false },
      links: [{ name: 'sa', kind: 'multicast', interfaces: ['nowhere0'] }],
    });
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    await world.clock.pass(1000);
    expect(world.link('sa')).toMatchObject({ lastError: 'none of the interfaces nowhere0 has an IPv4 address' });
    expect(await world.outcomes()).toEqual([]);
  });
});
