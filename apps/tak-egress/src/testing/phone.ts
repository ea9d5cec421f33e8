/** A TAK client for tests: reads events off a real socket. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createEventStream } from '../event-stream.ts';
import { MAGIC } from '../takproto/frame.ts';
import { tlsFile } from './tak-server.ts';

export interface Phone {
  send(text: string): void;
  sendBytes(bytes: Uint8Array): void;
  /** Protobuf may come from here on. */
  takeFrames(): void;
  /** Whether any byte came that begins a frame. */
  sawFrames(): boolean;
  /** The next event that was not taken yet. */
  next(): Promise<string>;
  /** Sends a ping, and gives the events that came before its answer: all that was on the way. */
  arrived(): Promise<string[]>;
  /** Stops reading, as a phone in a dead spot. */
  stall(): void;
  resume(): void;
  /** Resolves when the other side ended the connection. */
  readonly closed: Promise<void>;
  close(): void;
}

const PING =
  '<event version="2.0" uid="phone-ping" type="t-x-c-t" how="m-g" time="2026-01-01T00:00:00.000Z" ' +
  'start="2026-01-01T00:00:00.000Z" stale="2026-01-01T00:00:10.000Z"><point lat="0" lon="0" hae="0" ce="0" le="0"/>' +
  '<detail/></event>';

export const openPhone = (address: string): Promise<Phone> =>
  phoneOn(connect({ host: '127.0.0.1', port: portOf(address) }), 'connect');

/** @param certificate of the client, by the name of its file; none if left out. */
export const openTlsPhone = (address: string, certificate?: string): Promise<Phone> => {
  const read = (name: string): Buffer => readFileSync(tlsFile(name));
  const own = certificate && {
    cert: read(`${certificate}.pem`),
    key: read(`${certificate}.key`),
    passphrase: 'opensesame',
  };
  const socket = connectTls({
    host: '127.0.0.1',
    port: portOf(address),
    servername: 'localhost',
    ca: read('ca.pem'),
    ...own,
  });
  return phoneOn(socket, 'secureConnect');
};

const portOf = (address: string): number => Number(address.split(':').at(-1));

const phoneOn = async (socket: Socket, ready: 'connect' | 'secureConnect'): Promise<Phone> => {
  const events: string[] = [];
  const stream = createEventStream((output) => events.push(output.kind === 'event' ? output.xml : output.detail));
  let waiting: ((xml: string) => void)[] = [];

  const give = (): void => {
    while (events.length > 0 && waiting.length > 0) waiting.shift()?.(events.shift() ?? '');
  };
  let saw = false;
  socket.on('data', (chunk: Uint8Array) => {
    saw ||= chunk.includes(MAGIC);
    stream.push(chunk);
    give();
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    socket.once(ready, resolve).once('error', reject);
  });

  const next = (): Promise<string> =>
    new Promise((resolve) => {
      waiting = [...waiting, resolve];
      give();
    });
  return {
    send: (text) => void socket.write(text),
    sendBytes: (bytes) => void socket.write(bytes),
    takeFrames: () => stream.takeFrames(),
    sawFrames: () => saw,
    next,
    arrived: async () => {
      socket.write(PING);
      const before: string[] = [];
      for (;;) {
        const xml = await next();
        if (xml.includes('takPong')) return before;
        before.push(xml);
      }
    },
    stall: () => void socket.pause(),
    resume: () => void socket.resume(),
    closed,
    close: () => void socket.destroy(),
  };
};
