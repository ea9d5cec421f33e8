/** A TAK client for tests: reads events off a real socket. */
import { connect } from 'node:net';
import { createEventStream } from '../event-stream.ts';

export interface Phone {
  send(text: string): void;
  /** The next event that was not taken yet. */
  next(): Promise<string>;
  /** Sends a ping, and gives the events that came before its answer: all that was on the way. */
  arrived(): Promise<string[]>;
  /** Stops reading, as a phone in a dead spot. */
  stall(): void;
  /** Resolves when the other side ended the connection. */
  readonly closed: Promise<void>;
  close(): void;
}

const PING =
  '<event version="2.0" uid="phone-ping" type="t-x-c-t" how="m-g" time="2026-01-01T00:00:00.000Z" ' +
  'start="2026-01-01T00:00:00.000Z" stale="2026-01-01T00:00:10.000Z"><point lat="0" lon="0" hae="0" ce="0" le="0"/>' +
  '<detail/></event>';

export const openPhone = async (address: string): Promise<Phone> => {
  const socket = connect({ host: '127.0.0.1', port: Number(address.split(':').at(-1)) });
  const stream = createEventStream();
  const events: string[] = [];
  let waiting: ((xml: string) => void)[] = [];

  const give = (): void => {
    while (events.length > 0 && waiting.length > 0) waiting.shift()?.(events.shift() ?? '');
  };
  socket.on('data', (chunk) => {
    for (const output of stream.push(chunk)) events.push(output.kind === 'event' ? output.xml : output.detail);
    give();
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });

  const next = (): Promise<string> =>
    new Promise((resolve) => {
      waiting = [...waiting, resolve];
      give();
    });
  return {
    send: (text) => void socket.write(text),
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
    closed,
    close: () => void socket.destroy(),
  };
};
