/** The USB serial devices of this machine, for those who ask before there is an agent. */
import type { SerialDevice } from './serial-address.ts';
import { serialDevices } from './serial-devices.ts';
import { loadSerialDriver } from './serial-driver.ts';

export type AttachedSerialPorts =
  | { readonly ok: true; readonly devices: readonly SerialDevice[] }
  /** The package for serial ports is missing; how to get it. */
  | { readonly ok: false; readonly reason: string };

export const attachedSerialPorts = async (): Promise<AttachedSerialPorts> => {
  const loaded = loadSerialDriver();
  return loaded.ok ? { ok: true, devices: await serialDevices(loaded.driver) } : loaded;
};
