/** A stream to a broker, or from a client, without the messages that are too large. */
import { Duplex } from 'node:stream';
import { createOversizeFilter } from './oversize.ts';
import type { Oversize } from './oversize.ts';

const PUBACK = 0x40;

export interface WithoutOversizeOptions {
  /** A longer payload is left out; what is no message is left out when all of it is longer. */
  readonly maxPayloadBytes: number;
  /** Called for each that was left out. The other side believes that it arrived. */
  readonly onOversize: (oversize: Oversize) => void;
}

/** The stream around `stream`, which is its own from now on: they end together. */
export const withoutOversize = (stream: Duplex, { maxPayloadBytes, onOversize }: WithoutOversizeOptions): Duplex => {
  const filter = createOversizeFilter(maxPayloadBytes);
  const written = (taken: boolean, done: () => void): void => {
    if (taken) done();
    else stream.once('drain', done);
  };
  const bounded = new Duplex({
    read: () => void stream.resume(),
    write: (chunk: Buffer, _encoding, done) => written(stream.write(chunk), done),
    // What is written in one turn goes out as one: the client corks for that.
    writev: (chunks, done) => {
      stream.cork();
      const taken = chunks.map(({ chunk }) => stream.write(chunk as Buffer)).at(-1) ?? true;
      stream.uncork();
      written(taken, done);
    },
    final: (done) => void stream.end(done),
    destroy: (error, done) => {
      stream.destroy();
      done(error);
    },
  });
  stream.on('data', (chunk: Buffer) => {
    const { pass, leftOut } = filter.push(chunk);
    for (const oversize of leftOut) {
      if (oversize.packetId !== undefined) stream.write(Uint8Array.of(PUBACK, 2, ...oversize.packetId));
      onOversize(oversize);
    }
    for (const part of pass) if (!bounded.destroyed && !bounded.push(part)) stream.pause();
  });
  stream.on('end', () => bounded.push(null));
  stream.on('error', (error) => bounded.destroy(error));
  stream.on('close', () => bounded.destroy());
  return bounded;
};
