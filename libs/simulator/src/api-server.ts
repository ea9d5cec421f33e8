/** A radio's TCP listener: one client at a time, the newest wins. */
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Manners } from './client-socket.ts';
import { createConnection, type Connection } from './connection.ts';
import type { Radio } from './radio.ts';

export interface ApiServer {
  readonly port: number;
  /** The client's, while there is one. */
  readonly connection: Connection | undefined;
  /** While refusing, a client is disconnected as soon as it connects. */
  setRefusing(refusing: boolean): void;
  cut(): void;
  close(): Promise<void>;
}

/** Rejects when the port cannot be listened on. */
export const openApiServer = async (radio: Radio, manners: Manners, host: string, port: number): Promise<ApiServer> => {
  let connection: Connection | undefined;
  let refusing = false;
  const server = createServer((socket) => {
    if (refusing) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    connection?.cut();
    const accepted = createConnection(radio, socket, manners);
    connection = accepted;
    socket.on('close', () => {
      if (connection === accepted) connection = undefined;
    });
  });
  const cut = (): void => {
    connection?.cut();
    connection = undefined;
  };
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    get connection() {
      return connection;
    },
    setRefusing: (on) => void (refusing = on),
    cut,
    close: () => {
      cut();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
};

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // A listener that fails later (too many files) loses that client, not the process.
      server.on('error', () => {});
      resolve();
    });
  });
