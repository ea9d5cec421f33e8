/** One TAK connection, to a client or to a server: a socket read as events and written with a bound. Its errors end it alone. */
import type { Socket } from 'node:net';
import { tlsFault } from '@cotbus/certificates';
import { buildEventXml, parseEventXml } from '@cotbus/codec';
import type { Clock } from '@cotbus/service';
import { createEventStream } from './event-stream.ts';
import type { StreamOutput } from './event-stream.ts';
import type { Writer } from './outlet.ts';
import { streamFrame } from './takproto/frame.ts';
import { isNegotiation } from './takproto/negotiation.ts';
import type { Negotiation, NegotiationOutput, StreamProtocol } from './takproto/negotiation.ts';
import { encodeTakMessage } from './takproto/tak-message.ts';

/** Bytes that may wait in a connection before events wait in its outlet, where what matters less can go first. */
const MAX_SOCKET_BYTES = 256 * 1024;
/** For who asks without reading the answers. */
const MAX_ANSWER_BYTES = 2 * MAX_SOCKET_BYTES;
/** First probe of the connection by the system, for peers that vanish without a word. */
const TCP_KEEPALIVE_MS = 60_000;

export interface TakPeer extends Writer {
  /** Address and port of the other side. */
  readonly address: string;
  /** When anything was last written or read, by the monotonic clock. */
  readonly writtenAtMs: number;
  readonly readAtMs: number;
  /** Writes although there is no room; who never reads is cut off. */
  answer(xml: string): void;
  /** The negotiation may have run out of time. */
  tick(): void;
  close(why?: string): void;
}

export interface TakPeerEvents {
  readonly output: (peer: TakPeer, output: StreamOutput) => void;
  /** There may be room again. */
  readonly room: (peer: TakPeer) => void;
  /** The end, once. `fault` says what was wrong, empty when the other side left. */
  readonly left: (peer: TakPeer, fault: string) => void;
}

export interface TakPeerOptions {
  readonly clock: Clock;
  readonly protocol: StreamProtocol;
  readonly negotiation: Negotiation;
}

/** @param socket connected, its TLS handshake done. */
export const createTakPeer = (socket: Socket, options: TakPeerOptions, events: TakPeerEvents): TakPeer => {
  const { clock, protocol, negotiation } = options;
  const address = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`;
  let [writtenAtMs, readAtMs] = [clock.monotonic(), clock.monotonic()];
  let isProtobuf = protocol === 'protobuf';
  let fault = '';

  const cutOff = (why: string): void => {
    fault ||= why;
    socket.destroy();
  };
  const write = (xml: string): void => {
    if (!socket.writable) return;
    writtenAtMs = clock.monotonic();
    socket.write(isProtobuf ? streamFrame(encodeTakMessage(xml)) : xml);
  };
  /** Nothing but the question may stand in the stream before it is answered. */
  const answer = (xml: string): void => {
    if (socket.writableLength > MAX_ANSWER_BYTES) cutOff(`reads too slowly, ${socket.writableLength} bytes wait`);
    else if (negotiation.mayWrite) write(xml);
  };
  const act = (outputs: readonly NegotiationOutput[]): void => {
    for (const output of outputs) {
      if (output.kind === 'send') write(buildEventXml(output.event));
      else if (output.kind === 'failed') cutOff(output.why);
      else {
        isProtobuf = true;
        stream.takeFrames();
      }
    }
  };
  const peer: TakPeer = {
    address,
    get writtenAtMs() {
      return writtenAtMs;
    },
    get readAtMs() {
      return readAtMs;
    },
    get hasRoom() {
      return socket.writable && negotiation.mayWrite && socket.writableLength < MAX_SOCKET_BYTES;
    },
    write: ({ xml }) => write(xml),
    answer,
    tick: () => act(negotiation.tick(clock.monotonic())),
    close: (why = '') => cutOff(why),
  };

  const stream = createEventStream((output) => {
    const asked = output.kind === 'event' ? negotiating(output.xml) : undefined;
    if (asked === undefined) events.output(peer, output);
    else {
      act(negotiation.heard(asked, clock.monotonic(), clock.now()));
      events.room(peer);
    }
  });
  if (isProtobuf) stream.takeFrames();
  socket.setNoDelay(true);
  socket.setKeepAlive(true, TCP_KEEPALIVE_MS);
  socket.on('data', (chunk: Uint8Array) => {
    readAtMs = clock.monotonic();
    stream.push(chunk);
  });
  socket.on('drain', () => events.room(peer));
  socket.on('error', (error) => {
    fault ||= tlsFault(error, address).detail;
  });
  socket.on('close', () => {
    stream.end();
    events.left(peer, fault);
  });
  act(negotiation.opened(clock.monotonic(), clock.now()));
  return peer;
};

/** A look at the text spares reading each event twice. */
const negotiating = (xml: string) => {
  if (!xml.includes('t-x-takp-')) return undefined;
  const parsed = parseEventXml(xml);
  return parsed.ok && isNegotiation(parsed.event) ? parsed.event : undefined;
};
