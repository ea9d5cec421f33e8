/** What can be said of this machine without a running gateway: configuration, ports, folder, dictionaries, serial ports. */
import { access, constants, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { attachedSerialPorts } from '@cotbus/radio-agent';
import { fault, note } from '@cotbus/service';
import type { FindingFields } from '@cotbus/service';
import { findDictionaries, openZstd, ZSTD_REMEDY } from '@cotbus/zstd';
import type { GatewayOptions } from '../options.ts';
import type { Config } from '../read-config.ts';

/** Every code that these checks can give. */
export const machineCodes = [
  'config_faulty',
  'bus_unreachable',
  'port_taken',
  'folder_unusable',
  'dictionary_not_installed',
  'zstd_missing',
  'serial_seen',
  'serial_none',
  'serial_missing',
  'serial_no_permission',
  'serial_driver_missing',
] as const;

/** @param isInUse something runs: with another configuration, or with this one as it was before. */
export const configFindings = (config: Config, isInUse: boolean): readonly FindingFields[] =>
  config.ok
    ? []
    : config.faults.map((text) =>
        (isInUse ? note : fault)('config_faulty', {
          about: 'configuration',
          cause: `${text}.`,
          remedy: 'Correct it there; docs/OPTIONS.md lists every option.',
        }),
      );

/** @param folder of dictionaries, as worker.dictionaries */
export const dictionaryFindings = (folder: string): readonly FindingFields[] => {
  const missing = findDictionaries(resolve(folder)).filter(({ bytes }) => bytes === undefined);
  const generations = [...new Set(missing.map(({ entry }) => entry.generation.toUpperCase()))];
  return [
    ...(openZstd() === undefined
      ? [
          note('zstd_missing', {
            about: 'zstd',
            cause: 'There is no zstd here: nothing compressed can be read, and everything is sent raw.',
            remedy: `To have it: ${ZSTD_REMEDY}.`,
          }),
        ]
      : []),
    ...generations.map((generation) =>
      note('dictionary_not_installed', {
        about: `dictionary ${generation}`,
        cause: `Frames compressed with dictionaries of generation ${generation} cannot be read until these are installed.`,
        remedy: 'Run cotbus dictionaries list, then cotbus dictionaries install.',
      }),
    ),
  ];
};

/** What would keep a gateway from starting here, when none runs. */
export const startFindings = async (options: GatewayOptions): Promise<readonly FindingFields[]> => [
  ...(await portFindings(options)),
  ...(await folderFindings(options.journals.folder)),
];

const portFindings = async ({ tak, console: page, bus }: GatewayOptions): Promise<readonly FindingFields[]> => {
  const wanted = [
    { option: 'tak.listen.port', ...tak.listen },
    { option: 'console.port', ...page },
    { option: 'bus.listen.port', ...bus.listen },
  ].filter(({ enabled, port }) => enabled && port !== 0);
  const states = await Promise.all(
    wanted.map(async (each) => ({ ...each, why: await whyNotFree(each.host, each.port) })),
  );
  return states.flatMap(({ option, host, port, why }) =>
    why === undefined
      ? []
      : [
          fault('port_taken', {
            about: option,
            cause:
              why === 'EADDRINUSE'
                ? `Port ${port} on ${host} is taken by another program.`
                : `Port ${port} on ${host} cannot be listened on (${why}).`,
            remedy: `End that program, or set ${option} to another port.`,
          }),
        ],
  );
};

/** The code of the system's error; undefined when one could listen. */
const whyNotFree = (host: string, port: number): Promise<string | undefined> =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', (error) => done('code' in error ? String(error.code) : error.message));
    server.listen({ host, port, exclusive: true }, () => void server.close(() => done(undefined)));
  });

const folderFindings = async (folder: string): Promise<readonly FindingFields[]> => {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.R_OK);
    return [];
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return [
      fault('folder_unusable', {
        about: 'journals.folder',
        cause: `${resolve(folder)} cannot be written to (${why}): what must outlive the process has no place.`,
        remedy: 'Give this user the right to write there, or set journals.folder to another folder.',
      }),
    ];
  }
};

export const serialFindings = async (options: GatewayOptions | undefined): Promise<readonly FindingFields[]> => {
  const radios = options?.radios ?? [];
  const wantsSerial = radios.length === 0 || radios.some(({ serial }) => serial !== undefined);
  const seen = await attachedSerialPorts();
  if (!seen.ok) {
    return wantsSerial
      ? [
          note('serial_driver_missing', {
            about: 'serial',
            cause: `Serial radios cannot be used: ${seen.reason}.`,
            remedy: 'Do as it says, or use a radio on TCP.',
          }),
        ]
      : [];
  }
  const findings = await Promise.all(seen.devices.map(async (device) => ofDevice(device)));
  const missing = await missingPaths(radios.flatMap(({ serial }) => serial ?? []));
  if (findings.length > 0 || !wantsSerial) return [...missing, ...findings];
  return [
    ...missing,
    note('serial_none', {
      about: 'serial',
      cause: 'No USB serial device is plugged in.',
      remedy: 'Plug the radio in with a cable that carries data; a container must be given the device.',
    }),
  ];
};

/** Of those that the configuration names by path. */
const missingPaths = async (wanted: readonly string[]): Promise<readonly FindingFields[]> => {
  const paths = wanted.filter((path) => path.startsWith('/'));
  const isThere = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths
    .filter((_, at) => isThere[at] === false)
    .map((path) =>
      fault('serial_missing', {
        about: 'serial',
        cause: `The configuration names ${path}, and there is no such device.`,
        remedy: 'Plug it in; or name it as /dev/serial/by-id does, for numbers change, or by usb:…, or say auto.',
      }),
    );
};

const ofDevice = async ({ path, name, vendor, product }: SerialDevice): Promise<FindingFields> => {
  const what = `${path} (${name === '' ? 'USB' : name}, usb:${vendor}:${product})`;
  const mayUse = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => process.platform === 'win32',
  );
  return mayUse
    ? note('serial_seen', {
        about: 'serial',
        cause: `There is ${what}.`,
        remedy: 'To use it as a radio: serial: auto, its usb: name or its path, or cotbus up --radio auto.',
      })
    : fault('serial_no_permission', {
        about: 'serial',
        cause: `There is ${what}, and this user may not use it.`,
        remedy: 'Add the user to the group of the device (dialout on Debian, uucp on Arch), and log in again.',
      });
};

type SerialDevice = Extract<Awaited<ReturnType<typeof attachedSerialPorts>>, { ok: true }>['devices'][number];
