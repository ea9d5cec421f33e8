/**
 * The framing of the Meshtastic project's own client in the place of ours: @meshtastic/core with its transports for Node. They are
 * installed by who wants them, and loaded when the first radio is opened. Connections are opened and closed here, for the
 * transports would end idle ones, crash on a port that does not open, and never let go of one. What is left of their faults stands
 * in docs/decisions/0012-driver-meshtastic-js.md.
 */
import { connect } from 'node:net';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { encodeStreamFrame, MAX_STREAM_BODY_BYTES } from '@cotbus/meshtastic';
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
import { addressText, choosePort } from './serial-address.ts';
import type { SerialAddress } from './serial-address.ts';
import { watchDevice } from './serial-connection.ts';
import { serialDevices } from './serial-devices.ts';
import { loadSerialDriver } from './serial-driver.ts';
import { diagnoseOpen, openFault } from './serial-faults.ts';
import { assertsDtr, keepLines } from './serial-lines.ts';
import { brokenFault, connectFault, hungUpFault } from './tcp-faults.ts';

const BAUD_RATE = 115_200;
const FRAME_HEADER_BYTES = 4;

const notInstalled =
  'the driver meshtastic-js is not installed: run `npm install --no-save @meshtastic/core @meshtastic/transport-node ' +
  '@meshtastic/transport-node-serial`, or leave `driver` out';

/** What is used of the packages. Their own types are not imported: where they are not installed we compile as well. */
interface Transport {
  /** Messages, to be framed. */
  readonly toDevice: WritableStream<Uint8Array>;
  readonly fromDevice: ReadableStream<{ readonly type: string; readonly data: unknown }>;
  /** Set, it says nothing about a line that ended; otherwise it prints to the console, past every log. */
  closingByUser?: boolean;
}
type TransportClass = new (line: Duplex) => Transport;
interface SerialPortClass {
  new (options: object): Duplex & {
    open(done: (error: Error | null) => void): void;
    close(done: (error: Error | null) => void): void;
  };
}

export type MeshtasticJsPlace =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'serial'; readonly address: SerialAddress };

export interface MeshtasticJsParts {
  readonly clock?: Clock;
  /** Imports a package by its name. */
  readonly load?: (name: string) => Promise<unknown>;
}

export const createMeshtasticJsRadio = (
  place: MeshtasticJsPlace,
  { clock = systemClock, load = (name) => import(name) }: MeshtasticJsParts = {},
): Radio => ({
  address: place.kind === 'tcp' ? `tcp ${place.host}:${place.port}` : `serial ${addressText(place.address)}`,
  open: async (signal) => {
    const name = place.kind === 'tcp' ? 'TransportNode' : 'TransportNodeSerial';
    const module = place.kind === 'tcp' ? '@meshtastic/transport-node' : '@meshtastic/transport-node-serial';
    const loaded = (await load(module).catch((error: unknown) => {
      throw new RadioUnreachable(notInstalled, { cause: error });
    })) as Readonly<Record<string, TransportClass>>;
    const LoadedTransport = loaded[name];
    if (LoadedTransport === undefined) throw new RadioUnreachable(notInstalled);
    const limit = openLimit(signal, OPEN_TIMEOUT_MS);
    const opening =
      place.kind === 'tcp' ? openSocket(place, limit.signal) : openSerial(place.address, load, limit.signal);
    const line = await opening.finally(() => limit.end());
    // The transport takes everybody's listeners off a socket that has ended, ours for its end among them.
    line.removeAllListeners = () => line;
    const connection = connectionOf(line, new LoadedTransport(line), clock);
    if (place.kind === 'serial' && 'path' in line) watchPath(String(line.path), clock, connection.closed, line);
    return connection;
  },
});

const openSocket = async (
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Duplex> => {
  const socket = connect({ host, port, noDelay: true, keepAlive: true });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.on('error', () => {}).destroy();
    throw new RadioUnreachable(connectFault(`${host}:${port}`, error), { cause: error });
  }
};

const openSerial = async (
  address: SerialAddress,
  load: (name: string) => Promise<unknown>,
  signal: AbortSignal,
): Promise<Duplex> => {
  const driver = loadSerialDriver();
  if (!driver.ok) throw new RadioUnreachable(driver.reason);
  const chosen = choosePort(address, address.kind === 'path' ? [] : await serialDevices(driver.driver));
  if (!chosen.ok) throw new RadioUnreachable(chosen.reason);
  const { path } = chosen;
  const { SerialPort } = (await load('serialport')) as { readonly SerialPort: SerialPortClass };
  const port = new SerialPort({ path, baudRate: BAUD_RATE, autoOpen: false, hupcl: assertsDtr });
  try {
    await new Promise<void>((resolve, reject) => {
      const giveUp = (): void => reject(new RadioUnreachable(`${path} does not open`));
      if (signal.aborted) giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      port.open((error) => (error === null ? resolve() : reject(error)));
    });
  } catch (error) {
    port.on('error', () => {}).destroy();
    if (error instanceof RadioUnreachable) throw error;
    const failure = await diagnoseOpen(path, error, async () => serialDevices(driver.driver));
    throw new RadioUnreachable(openFault(path, failure), { cause: error });
  }
  await keepLines(path);
  // A stream that was destroyed leaves the device open.
  port.once('close', () => port.close(() => undefined));
  return port;
};

const watchPath = (path: string, clock: Clock, closed: Promise<string>, line: Duplex): void => {
  if (process.platform === 'win32') return;
  const endWatch = watchDevice(path, clock, () => line.destroy());
  void closed.then(endWatch);
};

const connectionOf = (line: Duplex, transport: Transport, clock: Clock): RadioConnection => {
  let why: string | undefined;
  let queuedBytes = 0;
  const writer = transport.toDevice.getWriter();
  // It fails when the line does, and says so there.
  writer.closed.catch(() => undefined);
  const hush = (): void => void (transport.closingByUser = true);
  line.once('close', hush);
  line.on('error', (error) => {
    hush();
    why ??= brokenFault(error);
  });
  const closed = new Promise<string>((resolve) => {
    line.once('close', () => resolve(why ?? hungUpFault(0)));
  });
  const end = (reason: string): void => {
    why ??= reason;
    line.destroy();
  };
  // Half an end is an end.
  line.once('end', () => end(hungUpFault(0)));
  return {
    closed,
    ifSilent:
      'is it a Meshtastic radio, does no other program use it, and does it answer without `driver: meshtastic-js`?',
    onBytes: (listener) => void readInto(transport, listener, end),
    write: (bytes) => {
      if (why !== undefined) return;
      queuedBytes += bytes.length;
      if (queuedBytes > MAX_QUEUED_BYTES) return end(readsNothing);
      // The transport frames what it is given.
      writer.write(bytes.subarray(FRAME_HEADER_BYTES)).then(
        () => (queuedBytes -= bytes.length),
        () => end('the transport takes nothing any more'),
      );
    },
    close: async () => {
      why ??= closedByUs;
      const cancel = clock.after(CLOSE_TIMEOUT_MS, () => line.destroy());
      await Promise.race([writer.close().catch(() => undefined), closed]);
      line.destroy();
      await closed;
      cancel();
    },
  };
};

/** As bytes again, for what reads them has a framing of its own. */
const readInto = async (
  { fromDevice }: Transport,
  listener: (chunk: Uint8Array) => void,
  end: (reason: string) => void,
): Promise<void> => {
  try {
    for await (const { type, data } of fromDevice) {
      if (type === 'packet' && data instanceof Uint8Array && data.length <= MAX_STREAM_BODY_BYTES) {
        listener(encodeStreamFrame(data));
      } else if (type === 'debug') listener(new TextEncoder().encode(String(data)));
    }
    end(hungUpFault(0));
  } catch (error) {
    end(brokenFault(error instanceof Error ? error : new Error(String(error))));
  }
};
