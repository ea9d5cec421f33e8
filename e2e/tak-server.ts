/** A TAK server that an egress connects to: keeps what it gets and answers pings. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createTakSightings } from './tak.ts';
import type { Witness } from './sighting.ts';

const PONG =
  '<event version="2.0" uid="takPong" type="t-x-c-t-r" how="h-g-i-g-o" time="1970-01-01T00:00:00Z" start="1970-01-01T00:00:00Z"' +
  ' stale="1970-01-01T00:00:20Z"><point lat="0" lon="0" hae="0" ce="9999999" le="9999999"/><detail/></event>';

export interface TakServer extends Witness {
  readonly port: number;
  readonly connected: boolean;
  close(): void;
}

export const startTakServer = async (name: string, egress: string): Promise<TakServer> => {
  const { sightings, counts, listen } = createTakSightings();
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
    listen(socket, (xml) => {
      if (xml.includes('type="t-x-c-t"')) socket.write(PONG);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    name,
    direction: 'rx',
    destination: egress,
    port: (server.address() as AddressInfo).port,
    sightings,
    get overflow() {
      return counts.overflow;
    },
    get connected() {
      return open.size > 0;
    },
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
};
