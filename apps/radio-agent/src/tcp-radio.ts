/** A radio that listens on TCP (Wi-Fi, Ethernet, or the simulator). */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { systemClock } from '@cotbus/service';
import type { Clock } from '@cotbus/service';
import { openLimit } from './open-limit.ts';
import {
  CLOSE_TIMEOUT_MS,
  closedByUs,
  MAX_QUEUED_BYTES,
  OPEN_TIMEOUT_MS,
  RadioUnreachable,
  readsNothing,
} from './radio.ts';
import type { Radio, RadioConnection } from './radio.ts';
import { brokenFault, connectFault, hungUpFault } from './tcp-faults.ts';

/** A dead peer is noticed within minutes even when nothing is sent. */
const KEEPALIVE_MS = 30_000;
/** A radio that spoke and hung up within this was taken over by another client, or restarted. */
const SHORT_LIFE_MS = 10_000;

const ifSilent = 'is it a Meshtastic radio, and is no proxy in between?';

export const createTcpRadio = (
  { host, port }: { readonly host: string; readonly port: number },
  clock: Clock = systemClock,
): Radio => {
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  let shortLives = 0;
  return {
    address: `tcp ${place}`,
    open: async (signal) => {
      const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS });
      const limit = openLimit(signal, OPEN_TIMEOUT_MS);
      try {
        await once(socket, 'connect', { signal: limit.signal });
      } catch (error) {
        // An attempt that fails late may still say so.
        socket.on('error', () => {}).destroy();
        throw new RadioUnreachable(connectFault(place, error), { cause: error });
      } finally {
        limit.end();
      }
      const openedMs = clock.monotonic();
      return connectionOf(socket, () => {
        const isShort = socket.bytesRead > 0 && clock.monotonic() - openedMs < SHORT_LIFE_MS;
        shortLives = isShort ? shortLives + 1 : 0;
        return hungUpFault(shortLives);
      });
    },
  };
};

/** @param hungUp called once, when the radio has ended the connection. @returns why it may have */
const connectionOf = (socket: Socket, hungUp: () => string): RadioConnection => {
  let why: string | undefined;
  socket.on('error', (error) => {
    // A radio that goes on sending after it hung up resets the connection; that is the same end.
    why ??= 'code' in error && error.code === 'ECONNRESET' ? hungUp() : brokenFault(error);
  });
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(why ?? hungUp()));
  });
  return {
    closed,
    ifSilent,
    onBytes: (listener) => socket.on('data', listener),
    write: (bytes) => {
      if (!socket.writable) return;
      socket.write(bytes);
      if (socket.writableLength > MAX_QUEUED_BYTES) {
        why ??= readsNothing;
        socket.destroy();
      }
    },
    close: async () => {
      why ??= closedByUs;
      socket.end();
      const timer = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS);
      await closed;
      clearTimeout(timer);
    },
  };
};
