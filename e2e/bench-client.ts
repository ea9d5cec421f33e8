/** TAK clients that count what they get and remember when: little more than a socket, so that they cost little. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { until } from './wait.ts';

const RECONNECT_MS = 20;
const CONNECTED_MS = 60_000;
const LABEL = /\brx-(\d{1,9})\b/g;
/** A label may come in two pieces. */
const CARRY_CHARACTERS = 16;

export interface BenchClient {
  /** Bytes so far. */
  readonly bytes: number;
  /** When the first byte came, by performance.now(). */
  readonly firstByteMs: number | undefined;
  close(): void;
}

/** @param onLabel called once for each label in what came. It is looked for only when this is given. */
export const connectBenchClient = async (
  port: number,
  onLabel?: (number: number, atMs: number) => void,
): Promise<BenchClient> => {
  let socket: Socket | undefined;
  let isClosed = false;
  let isOpen = false;
  let bytes = 0;
  let firstByteMs: number | undefined;
  let carry = '';
  const read = (chunk: Buffer): void => {
    const atMs = performance.now();
    firstByteMs ??= atMs;
    bytes += chunk.length;
    if (onLabel === undefined) return;
    const text = carry + chunk.toString('latin1');
    let end = 0;
    for (const match of text.matchAll(LABEL)) {
      const after = match.index + match[0].length;
      // The number may go on in the next piece.
      if (after === text.length) break;
      end = after;
      onLabel(Number(match[1]), atMs);
    }
    carry = text.slice(Math.max(end, text.length - CARRY_CHARACTERS));
  };
  const open = (): void => {
    socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('error', () => undefined);
    socket.on('connect', () => (isOpen = true));
    socket.on('data', read);
    socket.once('close', () => {
      isOpen = false;
      if (!isClosed) setTimeout(open, RECONNECT_MS);
    });
  };
  open();
  await until('a TAK client connected', CONNECTED_MS, () => isOpen);
  return {
    get bytes() {
      return bytes;
    },
    get firstByteMs() {
      return firstByteMs;
    },
    close: () => {
      isClosed = true;
      socket?.destroy();
    },
  };
};
