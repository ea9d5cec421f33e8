/** Why a serial port cannot be opened, in words for who can do something about it. */
import { access, constants, readFile, realpath, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { missingRadio } from './serial-address.ts';
import type { SerialDevice } from './serial-address.ts';
import { serialHolder } from './serial-holder.ts';

export type OpenFailure =
  | { readonly kind: 'missing'; readonly devices: readonly SerialDevice[] }
  /** `group`: whose members may use it; undefined where that is root's own or nobody's. */
  | { readonly kind: 'forbidden'; readonly group: string | undefined; readonly user: string }
  /** `holder`: who has it open, where that shows. */
  | { readonly kind: 'busy'; readonly holder: string | undefined }
  | { readonly kind: 'no_port' }
  | { readonly kind: 'other'; readonly message: string };

export const openFault = (path: string, failure: OpenFailure): string => {
  switch (failure.kind) {
    case 'missing':
      return missingRadio(`no radio at ${path}`, failure.devices);
    case 'forbidden': {
      const { group, user } = failure;
      if (group === undefined) return `no permission to use ${path}: only the administrator of this machine may`;
      const join = `run \`sudo usermod -aG ${group} ${user}\`, then log out and in again`;
      return `no permission to use ${path}: ${join} (a container: \`--group-add ${group}\`)`;
    }
    case 'busy':
      return `${path} is in use by ${failure.holder ?? anybody}`;
    case 'no_port':
      return `${path} is no serial port`;
    case 'other':
      return `${path} cannot be opened (${failure.message}): unplug the radio and plug it in again`;
  }
};

const anybody =
  'another program (a Meshtastic client, a browser, a serial monitor, ModemManager): close it, a radio serves one at a time';

/** Looks at the device and the machine for what lies behind the driver's error. */
export const diagnoseOpen = async (
  path: string,
  error: unknown,
  devices: () => Promise<readonly SerialDevice[]>,
): Promise<OpenFailure> => {
  const message = error instanceof Error ? error.message : String(error);
  // Windows has no files for ports, and says "Access denied" of one that is open.
  if (process.platform === 'win32') {
    if (message.includes('File not found')) return { kind: 'missing', devices: await devices() };
    return message.includes('Access denied') ? { kind: 'busy', holder: undefined } : { kind: 'other', message };
  }
  const device = await realpath(path).catch(() => undefined);
  if (device === undefined) return { kind: 'missing', devices: await devices() };
  if (!(await isAllowed(device))) return forbidden(device);
  if (/lock|busy/i.test(message)) return { kind: 'busy', holder: await serialHolder(device) };
  const isDevice = await stat(device).then(
    (found) => found.isCharacterDevice(),
    () => false,
  );
  return !isDevice || message.includes('Inappropriate ioctl') ? { kind: 'no_port' } : { kind: 'other', message };
};

const isAllowed = async (device: string): Promise<boolean> =>
  access(device, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );

const forbidden = async (device: string): Promise<OpenFailure> => {
  const gid = await stat(device).then(
    (found) => found.gid,
    () => 0,
  );
  const groups = gid === 0 ? '' : await readFile('/etc/group', 'utf8').catch(() => '');
  // name:password:gid:members
  const line = groups.split('\n').find((group) => group.split(':')[2] === String(gid));
  return { kind: 'forbidden', group: line?.split(':')[0], user: userName() };
};

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry, as in containers.
    return String(process.getuid?.() ?? '');
  }
};
