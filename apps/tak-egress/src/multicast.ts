/**
 * The groups of a network without server: joined on each interface by its own, as the system would choose one. What a switch
 * or an interface forgets is joined again; when interfaces come or go the link ends, and a new one uses those there are.
 */
import type { RemoteInfo, Socket } from 'node:dgram';
import { Kind } from '@cotbus/contracts';
import { bound, openSocket, receive, writerTo } from './datagram-sockets.ts';
import type { Opening, Place } from './datagram-sockets.ts';
import { createMembership } from './membership.ts';
import type { MembershipAction } from './membership.ts';
import { interfaceAddresses } from './network-interfaces.ts';
import type { Writer } from './outlet.ts';

/** How often it is looked whether a network came or went. */
const LOOK_MS = 5_000;
/** Who announces no version for two minutes counts by what it writes; each minute is asked for, one may be lost. */
const ANNOUNCE_MS = 45_000;

/** @returns nothing to write to, when the link only takes. */
export const openMulticast = async (opening: Opening): Promise<Writer | undefined> => {
  const { options, clock, addressesOf = interfaceAddresses } = opening.parts;
  const { host, port, chatHost, chatPort, interfaces, direction } = options;
  const addresses = addressesOf(interfaces);
  if (addresses.length === 0) throw new Error(`none of the interfaces ${interfaces.join(', ')} has an IPv4 address`);
  const sa = { address: host, port };
  const groups = [sa, ...(chatHost === undefined ? [] : [{ address: chatHost, port: chatPort }])];
  const senders = direction === 'in' ? [] : await openSenders(opening, addresses);
  if (direction !== 'out') {
    const ownPorts = new Set(senders.map((sender) => sender.address().port));
    const isOwn = ({ address, port: from }: RemoteInfo): boolean => ownPorts.has(from) && addresses.includes(address);
    for (const group of groups) await join(opening, group, addresses, isOwn);
  }
  const look = (): void => {
    if (addressesOf(interfaces).join() !== addresses.join()) opening.end('the network interfaces have changed');
    // An interface that was made anew with the same address is another one to the system.
    for (const [at, sender] of senders.entries()) attempt(() => sender.setMulticastInterface(addresses[at] ?? ''));
  };
  opening.closers.push(clock.every(LOOK_MS, look));
  if (direction === 'in') return undefined;
  announce(opening, senders, sa);
  return writerTo(opening, senders, ({ event }) => (event.kind === Kind.CHAT ? (groups[1] ?? sa) : sa));
};

const openSenders = async (opening: Opening, addresses: readonly string[]): Promise<Socket[]> => {
  const { ttl, loopback } = opening.parts.options;
  const senders: Socket[] = [];
  for (const address of addresses) {
    const sender = openSocket(opening, 4, false);
    await bound(sender, 0, address);
    sender.setMulticastInterface(address);
    sender.setMulticastTTL(ttl);
    sender.setMulticastLoopback(loopback);
    senders.push(sender);
  }
  return senders;
};

const join = async (
  opening: Opening,
  group: Place,
  addresses: readonly string[],
  isOwn: (from: RemoteInfo) => boolean,
): Promise<void> => {
  const { parts, closers, end } = opening;
  const { clock, events, options } = parts;
  const receiver = openSocket(opening, 4, true);
  // Windows cannot bind a group; elsewhere it keeps foreign datagrams of the same port away.
  await bound(receiver, group.port, process.platform === 'win32' ? '0.0.0.0' : group.address);
  const membership = createMembership(addresses, options.interfaces.length > 0, clock.monotonic());
  const act = (actions: readonly MembershipAction[]): void => {
    for (const action of actions) {
      if (action.kind === 'end') end(action.why);
      else if (action.kind === 'failed') events.failed(`${group.address}: ${action.why}`);
      else {
        const { address } = action;
        if (action.kind === 'rejoin') attempt(() => receiver.dropMembership(group.address, address));
        const fault = attempt(() => receiver.addMembership(group.address, address));
        act(membership.joined(address, fault));
      }
    }
  };
  act(membership.look(clock.monotonic()));
  // The link would begin to live before it is told that it is over.
  if (membership.why !== undefined) throw new Error(membership.why);
  receiver.on('message', () => membership.heard(clock.monotonic()));
  closers.push(clock.every(LOOK_MS, () => act(membership.look(clock.monotonic()))));
  receive(opening, receiver, isOwn);
};

/** @returns the code of what went wrong. */
const attempt = (call: () => void): string | undefined => {
  try {
    call();
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

/** Says which versions it understands, so that others may write protobuf although nothing else is to be said. */
const announce = ({ parts, codec, closers }: Opening, senders: readonly Socket[], { address, port }: Place): void => {
  const { options, clock, events } = parts;
  if (options.protocol === 'xml') return;
  const say = (): void => {
    const bytes = codec.announcement();
    for (const sender of senders) {
      sender.send(bytes, port, address, (error) => {
        if (error !== null) events.failed(error.message);
      });
    }
  };
  say();
  closers.push(clock.every(ANNOUNCE_MS, say));
};
