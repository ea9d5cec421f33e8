/**
 * The embedded broker: services reach it through in-process streams. Its TCP door on loopback is there for watching and
 * for a second agent; when the port is taken the gateway runs without the door.
 */
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { inProcessStream, withoutOversize } from '@cotbus/service';
import { Aedes } from 'aedes';

/** Nothing on the bus comes near it; a client that sends more is cut off. */
const MAX_PAYLOAD_BYTES = 256 * 1024;

export interface EmbeddedBroker {
  /** A connection inside the process. */
  readonly openStream: () => Duplex;
  /** @returns the port it listens on, or why it does not. */
  listen(host: string, port: number): Promise<{ readonly port: number } | { readonly fault: string }>;
  close(): Promise<void>;
}

export const startBroker = async (): Promise<EmbeddedBroker> => {
  const broker = await Aedes.createBroker({
    authorizePublish: (_client, packet, done) => {
      done(packet.payload.length > MAX_PAYLOAD_BYTES ? new Error('payload too large') : null);
    },
  });
  // Faults of one client are the client's: aedes has closed it already.
  broker.on('clientError', () => undefined);
  broker.on('connectionError', () => undefined);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    // Before the broker gathers it in memory.
    const onOversize = (): void => void socket.destroy();
    broker.handle(withoutOversize(socket, { maxPayloadBytes: MAX_PAYLOAD_BYTES, onOversize }));
  });

  return {
    openStream: () => inProcessStream((far) => broker.handle(far)),
    listen: (host, port) =>
      new Promise((resolve) => {
        server.once('error', (error) => resolve({ fault: 'code' in error ? String(error.code) : error.message }));
        server.listen({ host, port }, () => {
          const address = server.address();
          resolve({ port: typeof address === 'object' && address !== null ? address.port : port });
        });
      }),
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        broker.close(() => resolve());
      });
    },
  };
};
