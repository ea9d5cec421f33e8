/** UDP sockets of a link, and how events are read from and written to them. */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket, SocketOptions } from 'node:dgram';
import type { Clock } from '@cotbus/service';
import type { DatagramCodec } from './datagrams.ts';
import type { StreamOutput } from './event-stream.ts';
import type { LinkOptions } from './link-options.ts';
import type { Writer } from './outlet.ts';
import type { Outgoing } from './outgoing.ts';

/** What may wait in the system; beyond it events wait in the outlet. */
const MAX_QUEUED_BYTES = 1024 * 1024;
/** Of an interface that is not there any more, even if another one has its name and address. */
const GONE = 'ENODEV';

interface DatagramLinkEvents {
  readonly opened: (writer: Writer) => void;
  readonly room: () => void;
  readonly output: (address: string, output: StreamOutput) => void;
  readonly closed: () => void;
  /** A part of what is written or read does not come through; the link goes on. */
  readonly failed: (error: string) => void;
}

/** Gives an address for a name; rejects when there is none. */
type Lookup = (host: string, family: 4 | 6) => Promise<string>;

export interface DatagramLinkParts {
  readonly options: LinkOptions;
  readonly clock: Clock;
  readonly ownUid: string;
  readonly events: DatagramLinkEvents;
  /** Of the system, if left out. */
  readonly lookUp?: Lookup;
  /** IPv4 addresses of the wanted interfaces that are there; of the system, if left out. */
  readonly addressesOf?: (wanted: readonly string[]) => readonly string[];
  readonly makeSocket?: (options: SocketOptions) => Socket;
}

/** What a link opens and closes together. */
export interface Opening {
  readonly parts: DatagramLinkParts;
  readonly codec: DatagramCodec;
  readonly closers: (() => void)[];
  /** Ends the link with a reason. */
  readonly end: (why: string) => void;
}

export interface Place {
  readonly address: string;
  readonly port: number;
}

export const openSocket = ({ parts, closers, end }: Opening, family: 4 | 6, reuseAddr: boolean): Socket => {
  const socket = (parts.makeSocket ?? createSocket)({ type: family === 6 ? 'udp6' : 'udp4', reuseAddr });
  socket.on('error', (error) => end(error.message));
  closers.push(() => socket.close());
  return socket;
};

export const bound = (socket: Socket, port: number, address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      resolve();
    });
  });

export const receive = ({ parts, codec }: Opening, socket: Socket, isOwn: (from: RemoteInfo) => boolean): void => {
  const { clock, events } = parts;
  socket.on('message', (bytes, from) => {
    if (isOwn(from)) return;
    const address = `${from.address}:${from.port}`;
    for (const output of codec.read(bytes, address, clock.monotonic())) events.output(address, output);
  });
};

export const writerTo = (
  { parts, codec, end }: Opening,
  senders: readonly Socket[],
  to: (out: Outgoing) => Place,
): Writer => {
  const { clock, events } = parts;
  const waiting = (): number => Math.max(...senders.map((sender) => sender.getSendQueueSize()));
  return {
    get hasRoom() {
      return waiting() < MAX_QUEUED_BYTES;
    },
    write: (out) => {
      const bytes = codec.write(out.xml, clock.monotonic());
      const { address, port } = to(out);
      for (const sender of senders) {
        sender.send(bytes, port, address, (error) => {
          if (error !== null) events.failed(error.message);
          // What is written to it from here on would be nowhere; what was is written again by the next link.
          if (error !== null && 'code' in error && error.code === GONE) end(`the network is gone: ${error.message}`);
          events.room();
        });
      }
    },
  };
};
