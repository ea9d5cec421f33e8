/** The USB serial devices that are plugged in. */
import { access, readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SerialDevice } from './serial-address.ts';
import type { SerialDriver } from './serial-driver.ts';

/** UART bridges and native USB; not the ports of the mainboard, of which there are always some. */
const usbTty = /^tty(?:USB|ACM)\d+$/;
/** From the interface of a USB device to the device itself, in /sys. */
const MAX_PARENTS = 4;

/** Rejects never: what cannot be read is not there. */
export const serialDevices = async (driver: SerialDriver): Promise<readonly SerialDevice[]> =>
  process.platform === 'linux' ? linuxSerialDevices({ sys: '/sys', dev: '/dev' }) : listedDevices(driver);

/** By the kernel's own list: needs neither udev nor a program, so it works in containers. */
export const linuxSerialDevices = async ({
  sys,
  dev,
}: {
  readonly sys: string;
  readonly dev: string;
}): Promise<readonly SerialDevice[]> => {
  const ttys = join(sys, 'class/tty');
  const names = (await entries(ttys)).filter((name) => usbTty.test(name)).toSorted();
  const stable = await stablePaths(join(dev, 'serial/by-id'));
  const devices = await Promise.all(
    names.map(async (name) => linuxDevice(join(ttys, name, 'device'), join(dev, name), stable)),
  );
  return devices.filter((device) => device !== undefined);
};

const linuxDevice = async (
  node: string,
  path: string,
  stable: ReadonlyMap<string, string>,
): Promise<SerialDevice | undefined> => {
  try {
    // A container has those of its host in /sys, and in /dev those it was given.
    await access(path);
    let folder = await realpath(node);
    for (let parents = 0; parents < MAX_PARENTS; parents += 1, folder = dirname(folder)) {
      const vendor = await attribute(folder, 'idVendor');
      const product = await attribute(folder, 'idProduct');
      if (vendor === '' || product === '') continue;
      const serial = await attribute(folder, 'serial');
      const name = [await attribute(folder, 'manufacturer'), await attribute(folder, 'product')].join(' ').trim();
      return { path, stablePath: stable.get(path), vendor, product, serial: serial === '' ? undefined : serial, name };
    }
  } catch {
    // Unplugged while we looked.
  }
  return undefined;
};

/** Path of the device → the link that names it for good. */
const stablePaths = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const links = (await entries(folder)).map((name) => join(folder, name));
  const targets = await Promise.all(links.map(async (link) => realpath(link).catch(() => '')));
  return new Map(links.map((link, index) => [targets[index] ?? '', link]));
};

const entries = async (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

const attribute = async (folder: string, name: string): Promise<string> =>
  readFile(join(folder, name), 'utf8').then(
    (text) => text.trim(),
    () => '',
  );

const listedDevices = async (driver: SerialDriver): Promise<readonly SerialDevice[]> => {
  const ports = await driver.list().catch(() => []);
  return ports.flatMap(({ path, vendorId, productId, serialNumber, manufacturer }) =>
    vendorId === undefined || productId === undefined
      ? []
      : [
          {
            path,
            stablePath: undefined,
            vendor: vendorId.toLowerCase(),
            product: productId.toLowerCase(),
            serial: serialNumber,
            name: manufacturer ?? '',
          },
        ],
  );
};
