/** One connected TAK client: a socket read as events and written with a bound. Its errors end it and nobody else. */
import type { Socket } from 'node:net';
import type { Clock } from '@cotbus/service';
import { createEventStream } from './event-stream.ts';
import type { StreamOutput } from './event-stream.ts';
import { createUnsureWrites } from './unsure-writes.ts';
import type { UnsureWrites } from './unsure-writes.ts';

/** What may wait for one client; a phone that reads nothing is cut off instead of filling the memory. */
export const MAX_QUEUED_BYTES = 1024 * 1024;
/** First probe of the connection by the system, for peers that vanish without a word. */
const TCP_KEEPALIVE_MS = 60_000;

export interface TakClient {
  /** From 1, in the order of joining; never used twice. */
  readonly id: number;
  /** Address and port of the peer. */
  readonly address: string;
  /** When anything was last written, by the monotonic clock. */
  readonly writtenAtMs: number;
  /** @returns false when the client is gone, or is cut off now because too much waits for it. */
  write(xml: string | Uint8Array): boolean;
  /** Messages it was written and may not have got. */
  readonly unsure: UnsureWrites;
  /** Writes one text after another, only as fast as the client reads. */
  feed(xmls: Iterator<string>): void;
  close(): void;
}

export interface TakClientEvents {
  readonly output: (client: TakClient, output: StreamOutput) => void;
  /** The end, once. `fault` says what was wrong, empty when the client left. */
  readonly left: (client: TakClient, fault: string) => void;
}

export const createTakClient = (socket: Socket, id: number, clock: Clock, events: TakClientEvents): TakClient => {
  const stream = createEventStream();
  const unsure = createUnsureWrites();
  const address = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`;
  let writtenAtMs = clock.monotonic();
  let waiting: Iterator<string> | undefined;
  let fault = '';

  const cutOff = (why: string): void => {
    fault ||= why;
    socket.destroy();
  };

  const write = (xml: string | Uint8Array): boolean => {
    if (!socket.writable) return false;
    if (socket.writableLength + xml.length > MAX_QUEUED_BYTES) {
      cutOff(`reads too slowly, ${socket.writableLength} bytes wait`);
      return false;
    }
    writtenAtMs = clock.monotonic();
    socket.write(xml);
    return true;
  };

  const feedOn = (): void => {
    while (waiting !== undefined && !socket.writableNeedDrain) {
      const next = waiting.next();
      if (next.done === true || !write(next.value)) waiting = undefined;
    }
  };

  const client: TakClient = {
    id,
    address,
    get writtenAtMs() {
      return writtenAtMs;
    },
    write,
    unsure,
    feed: (xmls) => {
      waiting = waiting === undefined ? xmls : chain(waiting, xmls);
      feedOn();
    },
    close: () => socket.destroy(),
  };

  const give = (outputs: readonly StreamOutput[]): void => {
    for (const output of outputs) events.output(client, output);
  };
  socket.setNoDelay(true);
  socket.setKeepAlive(true, TCP_KEEPALIVE_MS);
  socket.on('data', (chunk) => {
    unsure.read(clock.monotonic());
    give(stream.push(chunk));
  });
  socket.on('drain', feedOn);
  socket.on('error', (error) => {
    fault ||= error.message;
  });
  socket.on('close', () => {
    waiting = undefined;
    give(stream.end());
    events.left(client, fault);
  });
  return client;
};

const chain = function* (first: Iterator<string>, second: Iterator<string>): Generator<string> {
  for (const texts of [first, second]) {
    for (let next = texts.next(); next.done !== true; next = texts.next()) yield next.value;
  }
};
