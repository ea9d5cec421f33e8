/** A plain TAK client for tests: connects, collects the events it gets, sends text. Shares no code with the egress. */
import { once } from 'node:events';
import { connect } from 'node:net';

/** Generous: a busy machine must not make a test fail. */
const WAIT_MS = 20_000;

export interface TakClient {
  /** Every event so far, in order, as it came. */
  readonly events: readonly string[];
  /** The first event, so far or to come, that the predicate takes. @throws Error naming `what` when none comes. */
  waitFor(what: string, predicate: (event: string) => boolean): Promise<string>;
  send(text: string | Uint8Array): void;
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>;
  close(): void;
}

export const connectTakClient = async (port: number, host = '127.0.0.1'): Promise<TakClient> => {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, 'connect');
  const events: string[] = [];
  const waiting = new Set<() => void>();
  let rest = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf('</event>'); end !== -1; end = rest.indexOf('</event>')) {
      events.push(rest.subarray(0, end + 8).toString('utf8'));
      rest = rest.subarray(end + 8);
    }
    for (const look of waiting) look();
  });
  return {
    events,
    waitFor: (what, predicate) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events.find(predicate);
          if (found === undefined) return;
          settle();
          resolve(found);
        };
        const timer = setTimeout(() => {
          settle();
          reject(new Error(`no ${what} among ${events.length} events`));
        }, WAIT_MS);
        const settle = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    send: (text) => socket.write(text),
    closed: new Promise((resolve) => {
      socket.once('close', () => resolve());
    }),
    close: () => socket.destroy(),
  };
};
