/** A TAK server for tests: takes connections, keeps what each sends, and says what it is told to. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import { createEventStream } from '../event-stream.ts';
import type { EventStream } from '../event-stream.ts';
import { until } from './until.ts';

/** A file among the test certificates. */
export const tlsFile = (name: string): string => new URL(`../../../../testdata/tls/${name}`, import.meta.url).pathname;

interface Connection {
  readonly events: string[];
  readonly bytes: number[];
  readonly socket: Socket;
  readonly stream: EventStream;
}

export interface TakServerOptions {
  /** A port that was used before; any if left out. */
  readonly port?: number;
  /** Name of its certificate; plain TCP without. */
  readonly certificate?: string;
  readonly wantsClientCertificate?: boolean;
  /** Highest TLS version, such as TLSv1.2. */
  readonly maxVersion?: 'TLSv1.2';
  readonly answersPings?: boolean;
  /** Says it to each client at once. */
  readonly greeting?: string;
  /** Passes events on to the other connections, as this makes of them. */
  readonly relay?: (xml: string) => string;
  /** Reads protobuf from the first byte. */
  readonly takesFrames?: boolean;
}

const PONG =
  '<event version="2.0" uid="takPong" type="t-x-c-t-r" how="m-g" time="2026-01-01T00:00:00.000Z" ' +
  'start="2026-01-01T00:00:00.000Z" stale="2026-01-01T00:00:20.000Z"><point lat="0" lon="0" hae="0" ce="0" le="0"/>' +
  '<detail/></event>';

export const startTakServer = async (options: TakServerOptions = {}) => {
  const { port = 0, certificate, wantsClientCertificate = false, maxVersion } = options;
  const { answersPings = true, greeting, relay, takesFrames = false } = options;
  const connections: Connection[] = [];
  const serve = (socket: Socket): void => {
    const stream = createEventStream((output) => {
      if (output.kind !== 'event') return;
      if (output.xml.includes('type="t-x-c-t"')) {
        if (answersPings) socket.write(PONG);
        return;
      }
      connection.events.push(output.xml);
      if (relay === undefined) return;
      for (const other of connections) if (other !== connection) other.socket.write(relay(output.xml));
    });
    const connection = { events: [] as string[], bytes: [] as number[], socket, stream };
    connections.push(connection);
    if (takesFrames) stream.takeFrames();
    socket.on('data', (chunk: Uint8Array) => {
      connection.bytes.push(...chunk);
      stream.push(chunk);
    });
    socket.on('error', () => {});
    if (greeting !== undefined) socket.write(greeting);
  };
  const server =
    certificate === undefined
      ? createServer(serve)
      : createTlsServer(
          {
            cert: readFileSync(tlsFile(`${certificate}.pem`)),
            key: readFileSync(tlsFile(`${certificate}.key`)),
            ca: readFileSync(tlsFile('ca.pem')),
            requestCert: wantsClientCertificate,
            rejectUnauthorized: wantsClientCertificate,
            ...(maxVersion !== undefined && { maxVersion }),
          },
          serve,
        );
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  onTestFinished(() => (server.listening ? stop() : undefined));
  const latest = () => connections.at(-1);
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    latest,
    /** Uids of what came over the latest connection, in order. */
    uids: (): string[] => (latest()?.events ?? []).map((xml) => / uid="([^"]*)"/.exec(xml)?.[1] ?? ''),
    /** Waits for the latest connection to have brought an event. */
    event: (uid: string): Promise<string> =>
      until(`${uid} at the server`, () => latest()?.events.find((xml) => xml.includes(` uid="${uid}"`))),
    connected: (count: number): Promise<unknown> =>
      until(`connection ${count}`, () => (connections.length >= count ? connections : undefined)),
    say: (xml: string | Uint8Array): void => void latest()?.socket.write(xml),
    takeFrames: (): void => latest()?.stream.takeFrames(),
    hangUp: (): void => sockets.forEach((socket) => socket.destroy()),
    stop,
  };
};

export type TakServer = Awaited<ReturnType<typeof startTakServer>>;
