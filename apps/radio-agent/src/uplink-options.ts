/** The section `uplink` of a radio: Meshtastic's own MQTT traffic in the place of a radio at hand. */
import { openChannels, parseKeyText } from '@cotbus/meshtastic';
import type { ChannelSecret } from '@cotbus/meshtastic';
import { z } from 'zod';

/** Characters; the firmware's own option has room for 31. */
const MAX_ROOT_CHARS = 128;
/** As many as a radio has. */
const MAX_CHANNELS = 8;
/** ChannelSettings.name, bytes of UTF-8. */
const MAX_CHANNEL_BYTES = 11;
/** The names of modem presets, which channels without a name go by, are longer. */
const presetName = /^(?:Long|Medium|Short|Lite|Narrow|Tiny)[A-Z][a-z]+$/;

const isBrokerUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(text);
  const isBare = [username, password, search, hash].every((part) => part === '') && ['', '/'].includes(pathname);
  return ['mqtt:', 'mqtts:'].includes(protocol) && hostname !== '' && isBare;
};

const isRoot = (text: string): boolean =>
  text.length <= MAX_ROOT_CHARS && text.split('/').every((level) => level === '+' || /^[^+#\0]+$/.test(level));

const isChannelName = (text: string): boolean =>
  /^[^+#\0]+$/.test(text) && (Buffer.byteLength(text) <= MAX_CHANNEL_BYTES || presetName.test(text));

const channel = z.strictObject({
  name: z
    .string()
    .refine(isChannelName, 'expected 1 to 11 bytes without "+" and "#", or the name of a modem preset')
    .describe('Name of the Meshtastic channel; where it has none, that of the modem preset, such as LongFast'),
  key: z
    .string()
    // What stands there is a secret: no message repeats it.
    .refine(
      (text) => parseKeyText(text).ok,
      'expected a channel key: base64, hex, default, none or simple0 to simple10',
    )
    .describe('Its key: base64 or hex of 16 or 32 bytes, default, none, simple0 to simple10'),
});

export const uplinkOptions = z.strictObject({
  url: z
    .string()
    .refine(isBrokerUrl, 'expected mqtt://host:port or mqtts://host:port, without user and password')
    .describe('MQTT broker that the gateways of the mesh publish to: mqtt://host:port or mqtts://host:port'),
  username: z.string().optional().describe('For the broker'),
  password: z.string().optional().describe('For the broker'),
  ca: z
    .string()
    .min(1)
    .optional()
    .describe('File with the certificate authority of an mqtts broker (PEM); those that Node knows when left out'),
  root: z
    .string()
    .refine(isRoot, 'expected topic levels, such as msh/EU_868')
    .describe('mqtt.root of the gateways with the region, such as msh/EU_868; with a level + it only listens'),
  channels: z
    .array(channel)
    .min(1)
    .max(MAX_CHANNELS)
    .describe('The channels to read, in the order of their index; the first is the primary one'),
  hopLimit: z
    .int()
    .min(0)
    .max(7)
    .default(3)
    .describe('Hops of what is sent; 0 reaches the gateways and their phones alone'),
  okToMqtt: z.boolean().default(false).describe('Let gateways hand what is sent to public brokers'),
  takesDecoded: z
    .boolean()
    .default(false)
    .describe('Take packets that gateways publish unencrypted; whoever may publish can make them'),
  longName: z.string().min(1).default('Cotbus gateway').describe('Name under which it introduces itself to the mesh'),
  shortName: z.string().min(1).default('COT').describe('The same in at most 4 bytes'),
  firmwareVersion: z
    .string()
    .default('')
    .describe(
      'Firmware of the radios on the mesh, such as 2.8.0, which toMesh.dialect auto goes by; left out: before 2.8',
    ),
});

export type UplinkOptions = z.infer<typeof uplinkOptions>;

/** The channels with their keys. */
export const channelSecrets = ({ channels }: UplinkOptions): readonly ChannelSecret[] =>
  openChannels(
    channels.map(({ name, key }) => {
      const reading = parseKeyText(key);
      // The schema has let none pass that cannot be read.
      return { name, psk: reading.ok ? reading.psk : new Uint8Array() };
    }),
  );

/** Nothing can be published below a root with wildcards. */
export const onlyListens = ({ root }: UplinkOptions): boolean => root.split('/').includes('+');
