import { isTopicLevel, kindNames } from '@cotbus/contracts';
import type { KindName } from '@cotbus/contracts';
import { z } from 'zod';
import { recordingOptions } from './recording-options.ts';
import { parseSerialAddress } from './serial-address.ts';
import { uplinkOptions } from './uplink-options.ts';

/** All kinds but the one that says that there is none. */
const airKinds = kindNames.filter((kind) => kind !== 'refused') as [KindName, ...KindName[]];

const name = z.string().refine(isTopicLevel, 'expected 1 to 64 letters, digits, ".", "_" or "-"');

const dictionaries = ['auto', 'raw', 'a', 'b', 'cotbus'] as const;
const dialects = ['auto', 'v2', 'v1', 'both'] as const;

const isSerialAddress = (text: string): boolean => parseSerialAddress(text) !== undefined;

/** What of TAK may go to the air through this radio. */
export const toMeshOptions = z.strictObject({
  kinds: z
    .array(z.enum(airKinds))
    .default(['chat', 'emergency'])
    .describe('Kinds of TAK events that may go to the air'),
  channel: z.int().min(0).max(7).default(0).describe('Index of the Meshtastic channel that carries TAK'),
  dialect: z
    .enum(dialects)
    .default('auto')
    .describe(
      'What TAK events are written in: v2 (port 78), v1 (port 72, and 257 for what it cannot carry), both, or auto: by what the radio can do',
    ),
  dictionary: z
    .enum(dictionaries)
    .default('auto')
    .describe(
      'What port 78 is compressed with: b (what current apps have), a (old ones), cotbus (listeners are Cotbus gateways alone), raw, or auto: b where it is installed',
    ),
  force: z
    .boolean()
    .default(false)
    .describe('Send although the channel has no key or the default one, which everybody can read'),
  uidIntervalSeconds: z.number().min(0).max(3600).default(10).describe('At most one event of a uid in this time'),
});

export const radioOptions = z
  .strictObject({
    name: name.default('radio-1').describe('Name of this radio on the bus'),
    mesh: name.default('mesh-1').describe('Name of the mesh; the same for all radios that hear the same mesh'),
    tcp: z
      .string()
      .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+)(:\d{1,5})?$/, 'expected host or host:port')
      .optional()
      .describe(
        'Address of the radio, host or host:port; the port is 4403 when left out. Either this, serial, uplink or recording',
      ),
    serial: z
      .string()
      .refine(isSerialAddress, 'expected auto, usb:vvvv:pppp[:serial number], COM7 or /dev/…')
      .optional()
      .describe(
        'Serial port of the radio: auto (the only USB one), usb:303a:1001 or with :serial number, COM7, /dev/ttyUSB0',
      ),
    silentMinutes: z
      .number()
      .min(0)
      .max(10_080)
      .default(15)
      .describe('Nobody heard for so long is an alarm, since contacts are stale by then; 0 switches it off'),
    driver: z
      .enum(['own', 'meshtastic-js'])
      .default('own')
      .describe('Who frames what comes over tcp or serial; meshtastic-js loses frames and wants packages of its own'),
    uplink: uplinkOptions.optional().describe("Meshtastic's own MQTT traffic in the place of a radio"),
    recording: recordingOptions.optional().describe('What was recorded, in the place of a radio'),
    toMesh: toMeshOptions.prefault({}).describe('What of TAK may go to the air'),
  })
  .refine(
    ({ tcp, serial, uplink, recording }) =>
      [tcp, serial, uplink, recording].filter((way) => way !== undefined).length === 1,
    { path: ['tcp'], error: 'expected one of tcp, serial, uplink and recording' },
  );

export type RadioOptions = z.infer<typeof radioOptions>;
export type ToMeshOptions = z.infer<typeof toMeshOptions>;

/** Port of the Meshtastic stream API over TCP (meshtastic.org, "Meshtastic Client API", streaming version). */
const DEFAULT_TCP_PORT = 4403;

/** Host and port of a `host:port` text that the options schema accepted; IPv6 in brackets. */
export const parseAddress = (text: string): { host: string; port: number } => {
  const split = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:]+))(?::(?<port>\d+))?$/.exec(text)?.groups;
  return { host: split?.['six'] ?? split?.['host'] ?? text, port: Number(split?.['port'] ?? DEFAULT_TCP_PORT) };
};

/** A radio as a person names it on the command line: a serial port if it reads as one, else an address. */
export const radioFromText = (text: string): unknown => (isSerialAddress(text) ? { serial: text } : { tcp: text });
