/** Events over UDP, one a datagram: to and from one address, or the groups of a network without server. */
import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import type { Connection } from '@cotbus/service';
import { createDatagramCodec } from './datagrams.ts';
import { bound, openSocket, receive, writerTo } from './datagram-sockets.ts';
import type { DatagramLinkParts, Opening } from './datagram-sockets.ts';
import { openMulticast } from './multicast.ts';
import type { Writer } from './outlet.ts';

/** Names move (DHCP). */
const LOOKUP_MS = 30_000;

const systemLookup = async (host: string, family: 4 | 6): Promise<string> => (await lookup(host, { family })).address;

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
    const receiver = openSocket(opening, isIPv6(localHost) ? 6 : 4, false);
    await bound(receiver, localPort, localHost);
    receive(opening, receiver, () => false);
  }
  if (direction === 'in') return undefined;
  const family = isIPv6(host) ? 6 : 4;
  const lookUp = opening.parts.lookUp ?? systemLookup;
  const sender = openSocket(opening, family, false);
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
