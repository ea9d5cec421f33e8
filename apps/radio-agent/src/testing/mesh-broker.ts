/** The broker of a mesh, on a port of the loopback interface, and what an uplink publishes to it. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes } from 'aedes';
import type { AedesOptions } from 'aedes';

interface Published {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface MeshBroker {
  readonly port: () => number;
  /** At the same port after a stop, empty. */
  start(): Promise<void>;
  /** As by kill -9: no goodbyes. */
  stop(): Promise<void>;
  /** Every connection ends; it goes on. */
  cut(): void;
  /** As a gateway of the mesh does. */
  publish(message: Published): void;
  /** By clients, oldest first. */
  readonly published: readonly Published[];
}

export const createMeshBroker = (
  options: AedesOptions = {},
  tls?: { readonly key: Buffer; readonly cert: Buffer },
): MeshBroker => {
  const sockets = new Set<Socket>();
  const published: Published[] = [];
  let aedes: Aedes | undefined;
  let server: Server | undefined;
  let port = 0;
  const take = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    aedes?.handle(socket);
  };
  return {
    port: () => port,
    published,
    start: async () => {
      aedes = await Aedes.createBroker(options);
      aedes.on('publish', ({ topic, payload }, client) => {
        if (client !== null) published.push({ topic, payload: new Uint8Array(Buffer.from(payload)) });
      });
      server = tls === undefined ? createServer(take) : createTlsServer(tls, take);
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      ({ port } = server.address() as AddressInfo);
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      server?.close();
      await new Promise<void>((resolve) => {
        if (aedes === undefined) resolve();
        else aedes.close(() => resolve());
      });
      aedes = undefined;
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    publish: ({ topic, payload }) => {
      const packet = { cmd: 'publish', qos: 0, retain: false, dup: false } as const;
      aedes?.publish({ ...packet, topic, payload: Buffer.from(payload) }, () => undefined);
    },
  };
};
