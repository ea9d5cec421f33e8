/** A TAK client that keeps everything it gets, in order, and comes back when it is cut. Shares no code with the egress. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { findLabel } from './label.ts';
import { MAX_SIGHTINGS } from './sighting.ts';
import type { Sighting, Witness } from './sighting.ts';

const RECONNECT_MS = 100;
const END = Buffer.from('</event>');
/** What may wait for its end; no event is near it. */
const MAX_REST_BYTES = 1024 * 1024;
/** Bytes of events kept with a sighting, all together. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;

export interface TakRecorder extends Witness {
  readonly connected: boolean;
  /** @returns false when there is no connection. */
  send(xml: string): boolean;
  /** The bytes of a sighting, by its order; undefined when they were not kept. */
  bytes(order: number): Buffer | undefined;
  close(): void;
}

/** What a peer on a TAK connection gets, over all its connections. */
export const createTakSightings = () => {
  const sightings: Sighting[] = [];
  const kept = new Map<number, Buffer>();
  let keptBytes = 0;
  const counts = { overflow: 0, connections: 0 };
  const see = (event: Buffer, connection: number): void => {
    if (sightings.length === MAX_SIGHTINGS) {
      counts.overflow += 1;
      return;
    }
    const order = sightings.length + 1;
    sightings.push({ order, connection, atMs: performance.now(), ...readEvent(event.toString('utf8')) });
    keptBytes += event.length;
    if (keptBytes <= MAX_KEPT_BYTES) kept.set(order, event);
  };
  return {
    sightings,
    counts,
    bytes: (order: number): Buffer | undefined => kept.get(order),
    /** Cuts the bytes of one more connection into events. @param onEvent besides */
    listen: (socket: Socket, onEvent: (xml: string) => void = () => undefined): void => {
      const connection = (counts.connections += 1);
      let rest: Buffer = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        rest = Buffer.concat([rest, chunk]);
        for (let end = rest.indexOf(END); end !== -1; end = rest.indexOf(END)) {
          const event = Buffer.from(rest.subarray(0, end + END.length));
          see(event, connection);
          onEvent(event.toString('utf8'));
          rest = rest.subarray(end + END.length);
        }
        if (rest.length > MAX_REST_BYTES) socket.destroy();
      });
    },
  };
};

/** Connects to `127.0.0.1:port`, now and whenever the connection is gone. */
export const connectTakRecorder = (name: string, egress: string, port: number): TakRecorder => {
  const { sightings, counts, bytes, listen } = createTakSightings();
  let socket: Socket | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const open = (): void => {
    const mine = connect({ port, host: '127.0.0.1', noDelay: true });
    mine.once('connect', () => {
      socket = mine;
      listen(mine);
    });
    mine.on('error', () => undefined);
    // An answer to FIN is sent by the system; what is half an event then was never delivered.
    mine.once('close', () => {
      socket = undefined;
      if (!closed) timer = setTimeout(open, RECONNECT_MS);
    });
  };
  open();

  return {
    name,
    direction: 'rx',
    destination: egress,
    isClient: true,
    sightings,
    get overflow() {
      return counts.overflow;
    },
    get connected() {
      return socket !== undefined;
    },
    send: (xml) => {
      if (socket === undefined) return false;
      socket.write(xml);
      return true;
    },
    bytes,
    close: () => {
      closed = true;
      clearTimeout(timer);
      socket?.destroy();
    },
  };
};

const readEvent = (xml: string): Omit<Sighting, 'order' | 'connection' | 'atMs'> => {
  const start = /<event\b[^>]*>/.exec(xml)?.[0] ?? '';
  const attribute = (name: string): string => new RegExp(`\\s${name}="([^"]*)"`).exec(start)?.[1] ?? '';
  const uid = attribute('uid');
  const identity = `${uid} ${attribute('time')} ${attribute('start')} ${attribute('stale')}`;
  return { uid, label: findLabel(xml), identity, isState: attribute('type').startsWith('a-') };
};
