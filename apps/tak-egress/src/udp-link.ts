/** Events to fixed addresses over UDP unicast, one event per datagram. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import type { Clock } from '@cotbus/service';

/** What may wait in the system for one target; beyond it datagrams are dropped and counted. */
const MAX_QUEUED_BYTES = 1024 * 1024;
/** Names move (DHCP); a failed look-up is tried again as often. */
const LOOKUP_MS = 30_000;

export interface UdpTarget {
  readonly host: string;
  readonly port: number;
}

export interface UdpEvents {
  /** An event did not leave, or the name is not known. */
  readonly failed: (target: UdpTarget, error: string) => void;
  /** The address is known; repeated with every look-up. */
  readonly resolved: (target: UdpTarget) => void;
}

export interface UdpLink {
  /** @returns to how many targets the event was handed; what fails later is reported by `failed`. */
  send(xml: string): number;
  close(): void;
}

/** Gives an address for a name; rejects when there is none. */
export type Lookup = (host: string, family: 4 | 6) => Promise<string>;

const systemLookup: Lookup = async (host, family) => (await lookup(host, { family })).address;

/** Names are looked up behind the back: events for a name that is not known yet, or no longer, are not sent. */
export const openUdpLink = (
  targets: readonly UdpTarget[],
  clock: Clock,
  events: UdpEvents,
  lookUp: Lookup = systemLookup,
): UdpLink => {
  const outlets = targets.map((target) => openOutlet(target, clock, events, lookUp));
  return {
    send: (xml) => {
      const bytes = Buffer.from(xml);
      return outlets.filter((outlet) => outlet.send(bytes)).length;
    },
    close: () => outlets.forEach((outlet) => outlet.close()),
  };
};

const openOutlet = (target: UdpTarget, clock: Clock, events: UdpEvents, lookUp: Lookup) => {
  const family = isIPv6(target.host) ? 6 : 4;
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  let address: string | undefined;
  let closed = false;
  const failed = (error: string): void => events.failed(target, error);
  socket.on('error', (error) => failed(error.message));

  const resolved = (found: string): void => {
    if (closed) return;
    address = found;
    events.resolved(target);
  };
  const resolve = (): void => {
    lookUp(target.host, family).then(resolved, (error: unknown) => {
      if (!closed) failed(error instanceof Error ? error.message : String(error));
    });
  };
  let stopLookups = (): void => {};
  if (isIP(target.host) === 0) {
    resolve();
    stopLookups = clock.every(LOOKUP_MS, resolve);
  } else {
    resolved(target.host);
  }

  return {
    send: (bytes: Uint8Array): boolean => {
      if (closed || address === undefined) return false;
      return sendBounded(socket, bytes, target.port, address, failed);
    },
    close: (): void => {
      if (closed) return;
      closed = true;
      stopLookups();
      socket.close();
    },
  };
};

const sendBounded = (
  socket: Socket,
  bytes: Uint8Array,
  port: number,
  address: string,
  failed: (error: string) => void,
): boolean => {
  if (socket.getSendQueueSize() + bytes.length > MAX_QUEUED_BYTES) {
    failed('datagrams are made faster than they leave');
    return false;
  }
  socket.send(bytes, port, address, (error) => {
    if (error !== null) failed(error.message);
  });
  return true;
};
