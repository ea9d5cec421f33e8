/**
 * Which serial device is the radio: the text of the option `serial`.
 *
 *   auto                          the only USB serial device there is
 *   usb:303a:1001                 by USB vendor and product (hexadecimal), the only one of these
 *   usb:303a:1001:F4:12:FA:00:01  and by serial number
 *   COM7  /dev/ttyUSB0  /dev/serial/by-id/usb-…   by path
 */

export type SerialAddress =
  | { readonly kind: 'auto' }
  | {
      readonly kind: 'usb';
      /** Four hexadecimal digits, lower case. */
      readonly vendor: string;
      readonly product: string;
      readonly serial: string | undefined;
    }
  | { readonly kind: 'path'; readonly path: string };

/** A USB serial device that is plugged in now. */
export interface SerialDevice {
  /** What is opened. */
  readonly path: string;
  /** Where it has one: a path that is the same whatever it is plugged into. */
  readonly stablePath: string | undefined;
  /** Four hexadecimal digits, lower case. */
  readonly vendor: string;
  readonly product: string;
  /** Not every device has one. */
  readonly serial: string | undefined;
  /** What it calls itself. */
  readonly name: string;
}

const usb = /^usb:(?<vendor>[\da-f]{4}):(?<product>[\da-f]{4})(?::(?<serial>\S(?:.*\S)?))?$/i;
const path = /^(?:COM\d{1,3}|\/\S(?:.*\S)?)$/i;

/** Undefined when the text names no serial device; then it may be the address of a TCP radio. */
export const parseSerialAddress = (text: string): SerialAddress | undefined => {
  if (text === 'auto') return { kind: 'auto' };
  const { vendor, product, serial } = usb.exec(text)?.groups ?? {};
  if (vendor !== undefined && product !== undefined) {
    return { kind: 'usb', vendor: vendor.toLowerCase(), product: product.toLowerCase(), serial };
  }
  return path.test(text) ? { kind: 'path', path: text } : undefined;
};

export type ChosenPort =
  | { readonly ok: true; readonly path: string }
  /** Why not, with what there is to choose from. */
  | { readonly ok: false; readonly reason: string };

/** The device that is meant, of those that are there. A path is taken as it is: not every serial line is in the list. */
export const choosePort = (address: SerialAddress, devices: readonly SerialDevice[]): ChosenPort => {
  if (address.kind === 'path') return { ok: true, path: address.path };
  const meant = devices.filter((device) => address.kind === 'auto' || isMeant(address, device));
  const [first, ...others] = meant;
  if (first === undefined) return { ok: false, reason: missingRadio('no radio', devices) };
  if (others.length === 0) return { ok: true, path: first.path };
  const what = address.kind === 'auto' ? 'USB serial devices' : 'such USB devices';
  return { ok: false, reason: `${meant.length} ${what} are plugged in; name one of them: ${list(meant)}` };
};

/** @param what is missing. @param devices that are there */
export const missingRadio = (what: string, devices: readonly SerialDevice[]): string => {
  const there = devices.length === 0 ? 'no USB serial device is plugged in' : `there is ${list(devices)}`;
  return `${what}: ${there}; is the radio on, and is its cable one that carries data?`;
};

const isMeant = ({ vendor, product, serial }: Extract<SerialAddress, { kind: 'usb' }>, device: SerialDevice): boolean =>
  device.vendor === vendor &&
  device.product === product &&
  (serial === undefined || device.serial?.toLowerCase() === serial.toLowerCase());

const list = (devices: readonly SerialDevice[]): string => devices.map(describeDevice).join(', ');

/** As it can be written into the configuration, and what it calls itself: `usb:10c4:ea60:0001 (CP2102, /dev/ttyUSB0)`. */
const describeDevice = (device: SerialDevice): string => {
  const { vendor, product, serial, name, stablePath } = device;
  const id = `usb:${vendor}:${product}${serial === undefined ? '' : `:${serial}`}`;
  return `${stablePath ?? id} (${name === '' ? '' : `${name}, `}${device.path})`;
};

/** As it stands in the configuration. */
export const addressText = (address: SerialAddress): string => {
  if (address.kind === 'auto') return 'auto';
  if (address.kind === 'path') return address.path;
  const { vendor, product, serial } = address;
  return `usb:${vendor}:${product}${serial === undefined ? '' : `:${serial}`}`;
};
