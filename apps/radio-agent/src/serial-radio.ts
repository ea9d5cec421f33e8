/** A radio on a serial line: USB, or the UART of the board. */
import { realpath } from 'node:fs/promises';
import { systemClock } from '@cotbus/service';
import type { Clock } from '@cotbus/service';
import { openLimit } from './open-limit.ts';
import { OPEN_TIMEOUT_MS, RadioUnreachable } from './radio.ts';
import type { Radio } from './radio.ts';
import { addressText, choosePort } from './serial-address.ts';
import type { SerialAddress } from './serial-address.ts';
import { serialConnection } from './serial-connection.ts';
import { serialDevices } from './serial-devices.ts';
import { loadSerialDriver } from './serial-driver.ts';
import type { LoadedDriver, SerialDriver, SerialPort } from './serial-driver.ts';
import { diagnoseOpen, openFault } from './serial-faults.ts';
import { assertsDtr, keepLines } from './serial-lines.ts';

/** Of every Meshtastic radio; boards with USB of their own ignore it. */
const BAUD_RATE = 115_200;
/** Wakes a sleeping UART, and cannot be taken for the first byte of a frame (meshtastic.org, "Meshtastic Client API"). */
const WAKE = new Uint8Array(32).fill(0xc3);
const WAKE_MS = 100;

export interface SerialRadioParts {
  readonly clock?: Clock;
  /** How the driver is had; asked at each opening, for it may be installed meanwhile. */
  readonly load?: () => LoadedDriver;
}

/** The device is looked for at each opening: after it was unplugged it may have another name. */
export const createSerialRadio = (
  address: SerialAddress,
  { clock = systemClock, load = loadSerialDriver }: SerialRadioParts = {},
): Radio => ({
  address: `serial ${addressText(address)}`,
  open: async (signal) => {
    const loaded = load();
    if (!loaded.ok) throw new RadioUnreachable(loaded.reason);
    const { driver } = loaded;
    // A path needs no list.
    const chosen = choosePort(address, address.kind === 'path' ? [] : await serialDevices(driver));
    if (!chosen.ok) throw new RadioUnreachable(chosen.reason);
    const port = await openPort(driver, chosen.path, signal);
    const device = process.platform === 'win32' ? undefined : await realpath(chosen.path).catch(() => chosen.path);
    const connection = serialConnection(port, device, clock);
    connection.write(WAKE);
    await Promise.all([keepLines(chosen.path), new Promise<void>((resolve) => void clock.after(WAKE_MS, resolve))]);
    if (signal.aborted) {
      await connection.close();
      throw new RadioUnreachable('given up');
    }
    return connection;
  },
});

const openPort = async (driver: SerialDriver, path: string, signal: AbortSignal): Promise<SerialPort> => {
  const limit = openLimit(signal, OPEN_TIMEOUT_MS);
  const opening = driver.open({ path, baudRate: BAUD_RATE, hupcl: assertsDtr, lock: true });
  try {
    return await new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new RadioUnreachable(`${path} does not open`));
      if (limit.signal.aborted) giveUp();
      limit.signal.addEventListener('abort', giveUp, { once: true });
      opening.then(resolve, reject);
    });
  } catch (error) {
    // One that opens after all is nobody's; closing it fails where it never opened.
    void opening.then((late) => late.close()).catch(() => {});
    if (error instanceof RadioUnreachable) throw error;
    const failure = await diagnoseOpen(path, error, async () => serialDevices(driver));
    throw new RadioUnreachable(openFault(path, failure), { cause: error });
  } finally {
    limit.end();
  }
};
