/** The TCP server that phones and desktops with a TAK client connect to. */
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import type { Clock } from '@cotbus/service';
import { ServiceError } from '@cotbus/service';
import { createTakClient } from './tak-client.ts';
import type { TakClient, TakClientEvents } from './tak-client.ts';

/** A team, with room; each may hold a queue and an event, so the memory of all is bounded. */
export const MAX_CLIENTS = 100;
/** ATAK asks after 15 s of silence and leaves after 25 s. */
export const QUIET_MS = 10_000;
const QUIET_CHECK_MS = 1_000;

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface ListenerEvents extends TakClientEvents {
  readonly joined: (client: TakClient) => void;
  /** Somebody more than MAX_CLIENTS, turned away. */
  readonly turnedAway: () => void;
  /** The server itself is in trouble, such as out of file descriptors; it goes on. */
  readonly failed: (error: Error) => void;
}

export interface WriteAll {
  /** Who is left out. */
  readonly except?: TakClient | undefined;
  /** No state of the picture: written again to a client whose link died before it can have got it. */
  readonly isMessage: boolean;
}

export interface TcpListener {
  /** Where it listens, with the port that was taken. */
  readonly address: string;
  readonly clientCount: number;
  /** @returns to how many it was written. */
  writeAll(xml: string, how: WriteAll): number;
  close(): Promise<void>;
}

/**
 * @param keepalive the event for clients to which nothing was written for QUIET_MS.
 * @throws ServiceError `port_taken` or `address_unusable`.
 */
export const openTcpListener = async (
  options: ListenerOptions,
  clock: Clock,
  keepalive: () => string,
  events: ListenerEvents,
): Promise<TcpListener> => {
  const clients = new Set<TakClient>();
  let lastId = 0;
  const server = createServer((socket) => {
    const client = createTakClient(socket, ++lastId, clock, {
      output: events.output,
      left: (gone, fault) => {
        clients.delete(gone);
        events.left(gone, fault);
      },
    });
    clients.add(client);
    events.joined(client);
  });
  server.maxConnections = MAX_CLIENTS;
  server.on('drop', () => events.turnedAway());
  await listen(server, options);
  server.on('error', events.failed);

  const stopKeepalive = clock.every(QUIET_CHECK_MS, () => {
    const quiet = [...clients].filter((client) => clock.monotonic() - client.writtenAtMs >= QUIET_MS);
    if (quiet.length === 0) return;
    const xml = keepalive();
    for (const client of quiet) client.write(xml);
  });

  return {
    address: addressText(server.address() as AddressInfo),
    get clientCount() {
      return clients.size;
    },
    writeAll: (xml, { except, isMessage }) => {
      const bytes = Buffer.from(xml);
      let written = 0;
      for (const client of clients) {
        if (client === except || !client.write(bytes)) continue;
        if (isMessage) client.unsure.written(xml, clock.monotonic());
        written++;
      }
      return written;
    },
    close: () => {
      stopKeepalive();
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const client of clients) client.close();
      return closed;
    },
  };
};

const listen = (server: Server, { host, port }: ListenerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(cannotListen(error, host, port));
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      resolve();
    });
  });

const cannotListen = (error: NodeJS.ErrnoException, host: string, port: number): ServiceError =>
  error.code === 'EADDRINUSE'
    ? new ServiceError(
        'port_taken',
        `Port ${port} for TAK clients is taken by another program: stop it, or choose another port with ` +
          `tak.listen.port or COTBUS_TAK_LISTEN_PORT.`,
        error,
      )
    : new ServiceError(
        'address_unusable',
        `Cannot listen for TAK clients on ${host}:${port} (${error.code ?? error.message}): choose another address ` +
          `with tak.listen.host or COTBUS_TAK_LISTEN_HOST, or another port with tak.listen.port.`,
        error,
      );

const addressText = ({ address, family, port }: AddressInfo): string =>
  family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
