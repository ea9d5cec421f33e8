/** A radio that listens on TCP (Wi-Fi, Ethernet, or the simulator). */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import type { Radio, RadioConnection } from './radio.ts';

/** A radio on a LAN answers at once; one that is switched off never does. */
const OPEN_TIMEOUT_MS = 10_000;
/** The radio is given this long to take our last words. */
const CLOSE_TIMEOUT_MS = 500;
/** A dead peer is noticed within minutes even when nothing is sent. */
const KEEPALIVE_MS = 30_000;
/** The radio reads slowly or not at all beyond this: the connection is given up rather than memory. */
const MAX_QUEUED_BYTES = 64 * 1024;

export const createTcpRadio = ({ host, port }: { readonly host: string; readonly port: number }): Radio => ({
  address: `tcp ${host}:${port}`,
  open: async (signal) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS });
    try {
      await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(OPEN_TIMEOUT_MS)]) });
    } catch (error) {
      socket.destroy();
      throw new RadioUnreachable(host, port, error);
    }
    return connectionOf(socket);
  },
});

/** The radio cannot be reached; the message says where and why. */
class RadioUnreachable extends Error {
  readonly code = 'radio_unreachable';
  constructor(host: string, port: number, cause: unknown) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
    super(`no radio at ${host}:${port} (${why === 'ABORT_ERR' ? 'no answer' : why})`, { cause });
    this.name = 'RadioUnreachable';
  }
}

const connectionOf = (socket: Socket): RadioConnection => {
  let why = 'closed by the radio';
  socket.on('error', (error) => {
    why = `broken (${'code' in error ? String(error.code) : error.message})`;
  });
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(why));
  });
  return {
    closed,
    onBytes: (listener) => socket.on('data', listener),
    write: (bytes) => {
      if (!socket.writable) return;
      socket.write(bytes);
      if (socket.writableLength > MAX_QUEUED_BYTES) {
        why = 'the radio reads nothing';
        socket.destroy();
      }
    },
    close: async () => {
      why = 'closed by us';
      socket.end();
      const timer = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS);
      await closed;
      clearTimeout(timer);
    },
  };
};
