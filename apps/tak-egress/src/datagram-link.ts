/** Events over UDP, one a datagram: to and from one address, or the groups of a network without server. */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { Kind } from '@cotbus/contracts';
import type { Clock, Connection } from '@cotbus/service';
import { createDatagramCodec } from './datagrams.ts';
import type { DatagramCodec } from './datagrams.ts';
import type { StreamOutput } from './event-stream.ts';
import type { LinkOptions } from './link-options.ts';
import { interfaceAddresses } from './network-interfaces.ts';
import type { Writer } from './outlet.ts';
import type { Outgoing } from './outgoing.ts';

/** What may wait in the system; beyond it events wait in the outlet. */
const MAX_QUEUED_BYTES = 1024 * 1024;
/** Names move (DHCP). */
const LOOKUP_MS = 30_000;
/** How often it is looked whether a network came or went. */
const INTERFACES_MS = 5_000;
/** Switches forget memberships; ATAK joins again after as long a silence. */
const SILENCE_MS = 30_000;

interface DatagramLinkEvents {
  readonly opened: (writer: Writer) => void;
  readonly room: () => void;
  readonly output: (address: string, output: StreamOutput) => void;
  readonly closed: () => void;
  /** A datagram did not leave; the link goes on. */
  readonly failed: (error: string) => void;
}

/** Gives an address for a name; rejects when there is none. */
type Lookup = (host: string, family: 4 | 6) => Promise<string>;

const systemLookup: Lookup = async (host, family) => (await lookup(host, { family })).address;

export interface DatagramLinkParts {
  readonly options: LinkOptions;
  readonly clock: Clock;
  readonly ownUid: string;
  readonly events: DatagramLinkEvents;
  readonly lookUp?: Lookup;
}

/** What a link opens and closes together. */
interface Opening {
  readonly parts: DatagramLinkParts;
  readonly codec: DatagramCodec;
  readonly closers: (() => void)[];
  /** Ends the link with a reason. */
  readonly end: (why: string) => void;
}

/** Opens it once, for `superviseLink`. */
export const openDatagramLink = async (parts: DatagramLinkParts): Promise<Connection> => {
  const { options, ownUid, events } = parts;
  const isMulticast = options.kind === 'multicast';
  let end = (_why: string): void => {};
  const closed = new Promise<string>((resolve) => {
    end = resolve;
  });
  const closers: (() => void)[] = [];
  let isClosed = false;
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    for (const closer of closers.toReversed()) closer();
    events.closed();
    end('closed');
  };
  const codec = createDatagramCodec(options.protocol, isMulticast, ownUid);
  const opening: Opening = { parts, codec, closers, end: (why) => end(why) };
  try {
    const writer = await (isMulticast ? openMulticast(opening) : openUnicast(opening));
    if (writer !== undefined) events.opened(writer);
  } catch (error) {
    close();
    throw error;
  }
  return { closed, close };
};

const openUnicast = async (opening: Opening): Promise<Writer | undefined> => {
  const { options, clock } = opening.parts;
  const { host, port, direction, localHost, localPort = port } = options;
  if (direction !== 'out') {
    const receiver = open(opening, isIPv6(localHost) ? 6 : 4, false);
    await bound(receiver, localPort, localHost);
    receive(opening, receiver, () => false);
  }
  if (direction === 'in') return undefined;
  const family = isIPv6(host) ? 6 : 4;
  const lookUp = opening.parts.lookUp ?? systemLookup;
  const sender = open(opening, family, false);
  let address = isIP(host) === 0 ? await lookUp(host, family) : host;
  if (isIP(host) === 0) {
    const again = (): void =>
      void lookUp(host, family).then(
        (found) => {
          address = found;
        },
        (error: unknown) => opening.end(error instanceof Error ? error.message : String(error)),
      );
    opening.closers.push(clock.every(LOOKUP_MS, again));
  }
  return writerTo(opening, [sender], () => ({ address, port }));
};

const openMulticast = async (opening: Opening): Promise<Writer | undefined> => {
  const { options, clock } = opening.parts;
  const { host, port, chatHost, chatPort, interfaces, direction, ttl, loopback } = options;
  const addresses = interfaceAddresses(interfaces);
  if (addresses.length === 0) throw new Error(`none of the interfaces ${interfaces.join(', ')} has an IPv4 address`);
  const groups = [{ address: host, port }, ...(chatHost === undefined ? [] : [{ address: chatHost, port: chatPort }])];
  const senders: Socket[] = [];
  if (direction !== 'in') {
    for (const address of addresses) {
      const sender = open(opening, 4, false);
      await bound(sender, 0, address);
      sender.setMulticastInterface(address);
      sender.setMulticastTTL(ttl);
      sender.setMulticastLoopback(loopback);
      senders.push(sender);
    }
  }
  if (direction !== 'out') {
    const ownPorts = new Set(senders.map((sender) => sender.address().port));
    const isOwn = ({ address, port: from }: RemoteInfo): boolean => ownPorts.has(from) && addresses.includes(address);
    for (const group of groups) await join(opening, group, addresses, isOwn);
  }
  const look = (): void => {
    if (interfaceAddresses(interfaces).join() !== addresses.join()) opening.end('the network interfaces have changed');
  };
  opening.closers.push(clock.every(INTERFACES_MS, look));
  if (direction === 'in') return undefined;
  const [sa = { address: host, port }, chat = sa] = groups;
  return writerTo(opening, senders, ({ event }) => (event.kind === Kind.CHAT ? chat : sa));
};

interface Place {
  readonly address: string;
  readonly port: number;
}

/** On each interface by its own: the system would choose one. */
const join = async (
  opening: Opening,
  group: Place,
  addresses: readonly string[],
  isOwn: (from: RemoteInfo) => boolean,
): Promise<void> => {
  const { clock } = opening.parts;
  const receiver = open(opening, 4, true);
  // Windows cannot bind a group; elsewhere it keeps foreign datagrams of the same port away.
  await bound(receiver, group.port, process.platform === 'win32' ? '0.0.0.0' : group.address);
  for (const address of addresses) receiver.addMembership(group.address, address);
  let heardMs = clock.monotonic();
  receiver.on('message', () => {
    heardMs = clock.monotonic();
  });
  const again = (): void => {
    if (clock.monotonic() - heardMs < SILENCE_MS) return;
    heardMs = clock.monotonic();
    for (const address of addresses) rejoin(receiver, group.address, address, opening.end);
  };
  opening.closers.push(clock.every(INTERFACES_MS, again));
  receive(opening, receiver, isOwn);
};

const rejoin = (receiver: Socket, group: string, address: string, end: (why: string) => void): void => {
  try {
    receiver.dropMembership(group, address);
    receiver.addMembership(group, address);
  } catch (error) {
    end(`the group cannot be joined again: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const open = ({ closers, end }: Opening, family: 4 | 6, reuseAddr: boolean): Socket => {
  const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4', reuseAddr });
  socket.on('error', (error) => end(error.message));
  closers.push(() => socket.close());
  return socket;
};

const bound = (socket: Socket, port: number, address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      resolve();
    });
  });

const receive = ({ parts, codec }: Opening, socket: Socket, isOwn: (from: RemoteInfo) => boolean): void => {
  const { clock, events } = parts;
  socket.on('message', (bytes, from) => {
    if (isOwn(from)) return;
    const address = `${from.address}:${from.port}`;
    for (const output of codec.read(bytes, address, clock.monotonic())) events.output(address, output);
  });
};

const writerTo = ({ parts, codec }: Opening, senders: readonly Socket[], to: (out: Outgoing) => Place): Writer => {
  const { clock, events } = parts;
  const waiting = (): number => Math.max(...senders.map((sender) => sender.getSendQueueSize()));
  return {
    get hasRoom() {
      return waiting() < MAX_QUEUED_BYTES;
    },
    write: (out) => {
      const bytes = codec.write(out.xml, clock.monotonic());
      const { address, port } = to(out);
      for (const sender of senders) {
        sender.send(bytes, port, address, (error) => {
          if (error !== null) events.failed(error.message);
          events.room();
        });
      }
    },
  };
};
