import { isTopicLevel } from '@cotbus/contracts';
import { z } from 'zod';
import { recordingOptions } from './recording-options.ts';
import { parseSerialAddress } from './serial-address.ts';
import { airKinds, toMeshOptions } from './to-mesh-options.ts';
import { uplinkOptions } from './uplink-options.ts';

export { toMeshOptions } from './to-mesh-options.ts';
export type { ToMeshOptions } from './to-mesh-options.ts';

const name = z.string().refine(isTopicLevel, 'expected 1 to 64 letters, digits, ".", "_" or "-"');

const isSerialAddress = (text: string): boolean => parseSerialAddress(text) !== undefined;

const channelOptions = z.strictObject({
  index: z.int().min(0).max(7).describe('Index of a Meshtastic channel of the radio'),
  toTak: z.boolean().default(true).describe('What is heard on it goes to TAK'),
  toMesh: z
    .array(z.enum(airKinds))
    .default([])
    .describe('Kinds that it carries to the mesh, in the place of toMesh.channel'),
});

export type ChannelOptions = z.infer<typeof channelOptions>;

const isSaidOnce = (said: readonly (string | number)[]): boolean => new Set(said).size === said.length;

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
    maxNodes: z
      .int()
      .min(100)
      .max(20_000)
      .default(2000)
      .describe(
        'Nodes it knows at a time; who was silent for longest is forgotten. More for the uplink of a large region',
      ),
    nodeLimit: z
      .strictObject({
        framesPerMinute: z
          .number()
          .min(0)
          .max(1_000_000)
          .default(1200)
          .describe(
            'Frames of one node that are taken a minute; the default is all that the fastest air carries; 0: no limit',
          ),
        burst: z.int().min(1).max(1_000_000).default(600).describe('Frames of one node that are taken at once'),
      })
      .prefault({})
      .describe('What one node may send before its frames end as flood'),
    driver: z
      .enum(['own', 'meshtastic-js'])
      .default('own')
      .describe('Who frames what comes over tcp or serial; meshtastic-js loses frames and wants packages of its own'),
    uplink: uplinkOptions.optional().describe("Meshtastic's own MQTT traffic in the place of a radio"),
    direction: z
      .enum(['both', 'toTak', 'toMesh'])
      .default('both')
      .describe('toTak: nothing of TAK goes to the air; toMesh: nothing that is heard goes to TAK'),
    recording: recordingOptions.optional().describe('What was recorded, in the place of a radio'),
    toMesh: toMeshOptions.prefault({}).describe('What of TAK may go to the air'),
    channels: z
      .array(channelOptions)
      .max(8)
      .default([])
      .refine((channels) => isSaidOnce(channels.map(({ index }) => index)), 'expected each channel once')
      .refine((channels) => isSaidOnce(channels.flatMap(({ toMesh }) => toMesh)), 'expected each kind on one channel')
      .describe('Channels that carry TAK in and out otherwise than the others'),
  })
  .refine(
    ({ tcp, serial, uplink, recording }) =>
      [tcp, serial, uplink, recording].filter((way) => way !== undefined).length === 1,
    { path: ['tcp'], error: 'expected one of tcp, serial, uplink and recording' },
  );

export type RadioOptions = z.infer<typeof radioOptions>;

/** Port of the Meshtastic stream API over TCP (meshtastic.org, "Meshtastic Client API", streaming version). */
const DEFAULT_TCP_PORT = 4403;

/** Host and port of a `host:port` text that the options schema accepted; IPv6 in brackets. */
export const parseAddress = (text: string): { host: string; port: number } => {
  const split = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:]+))(?::(?<port>\d+))?$/.exec(text)?.groups;
  return { host: split?.['six'] ?? split?.['host'] ?? text, port: Number(split?.['port'] ?? DEFAULT_TCP_PORT) };
};

/** A radio as a person names it on the command line: a serial port if it reads as one, else an address. */
export const radioFromText = (text: string): unknown => (isSerialAddress(text) ? { serial: text } : { tcp: text });
