/** An open serial port as a connection to a radio. */
import { stat } from 'node:fs/promises';
import type { Clock } from '@cotbus/service';
import { CLOSE_TIMEOUT_MS, closedByUs, MAX_QUEUED_BYTES, readsNothing } from './radio.ts';
import type { RadioConnection } from './radio.ts';
import type { SerialPort } from './serial-driver.ts';

const READ_BYTES = 4096;
/** A driver that does not report an unplugged device is not believed for longer. */
const PRESENCE_MS = 1_000;

const unplugged = 'unplugged, or the radio restarts';
const ifSilent =
  'is it a Meshtastic radio, is its serial port on (Security → Serial console), and does no other program use it?';

/**
 * @param path of the device itself; it goes when the device goes. Undefined where devices are no files.
 */
export const serialConnection = (port: SerialPort, path: string | undefined, clock: Clock): RadioConnection => {
  let why: string | undefined;
  let settle: (why: string) => void;
  const closed = new Promise<string>((resolve) => {
    settle = resolve;
  });
  const end = (reason: string): void => {
    if (why !== undefined) return;
    why = reason;
    outbox.clear();
    endWatch();
    // A port whose device hangs takes its time, or for ever; who waits for the end does not.
    const cancel = clock.after(CLOSE_TIMEOUT_MS, () => settle(reason));
    void port
      .close()
      .catch(() => {})
      .then(() => {
        cancel();
        settle(reason);
      });
  };
  const outbox = createOutbox(port, end);
  const endWatch = path === undefined ? () => {} : watchDevice(path, clock, end);
  return {
    closed,
    ifSilent,
    onBytes: (listener) => void readInto(listener, port, { isOver: () => why !== undefined, end }),
    write: (bytes) => {
      if (why === undefined) outbox.put(bytes);
    },
    close: async () => {
      const cancel = clock.after(CLOSE_TIMEOUT_MS, () => end(closedByUs));
      await Promise.race([outbox.empty(), closed]);
      cancel();
      end(closedByUs);
      await closed;
    },
  };
};

type End = (why: string) => void;

/** Ends what a device that is gone is behind, though its driver does not say so. @returns ends the watch */
export const watchDevice = (path: string, clock: Clock, end: End): (() => void) =>
  clock.every(PRESENCE_MS, () => {
    stat(path).catch(() => end(unplugged));
  });

const readInto = async (
  listener: (chunk: Uint8Array) => void,
  port: SerialPort,
  { isOver, end }: { readonly isOver: () => boolean; readonly end: End },
): Promise<void> => {
  for (;;) {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const bytesRead = await port.read(buffer, 0, READ_BYTES).then(
      (read) => read.bytesRead,
      () => 0,
    );
    // What comes after the end is nobody's.
    if (isOver()) return;
    if (bytesRead === 0) return end(unplugged);
    listener(buffer.subarray(0, bytesRead));
  }
};

interface Outbox {
  put(bytes: Uint8Array): void;
  /** Resolves when everything is with the system; never, when the device takes nothing. */
  empty(): Promise<void>;
  clear(): void;
}

/** Writes one piece at a time, as the port wants it. */
const createOutbox = (port: SerialPort, end: End): Outbox => {
  const queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let writing: Promise<void> | undefined;
  const writeQueued = async (): Promise<void> => {
    try {
      while (queue.length > 0) {
        const bytes = Buffer.concat(queue.splice(0));
        await port.write(bytes);
        queuedBytes -= bytes.length;
      }
    } catch {
      end(unplugged);
    }
    writing = undefined;
  };
  return {
    put: (bytes) => {
      queue.push(bytes);
      queuedBytes += bytes.length;
      if (queuedBytes > MAX_QUEUED_BYTES) end(readsNothing);
      else writing ??= writeQueued();
    },
    empty: async () => writing,
    clear: () => void (queue.length = 0),
  };
};
