/** The sections of the configuration that describe a link. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { filterOptions } from './filter-options.ts';

const MAX_SECONDS = 86_400;

/** Digits and dots alone are an IPv4 address, or a mistake that systems read as another address than was meant. */
const isHost = (text: string): boolean => !/^[\d.]+$/.test(text) || isIP(text) === 4;

export const hostOption = z
  .string()
  .min(1)
  .max(255)
  .refine(isHost, 'is no address: expected four numbers with dots, or a name');
export const portOption = z.int().max(65_535);

/** Only programs on this machine reach it. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

const file = z.string().min(1).max(1024);

const certificateOptions = {
  cert: file.describe('File with its certificate: .p12, or PEM with those between it and the authority'),
  key: file.optional().describe('File with the private key (PEM), where it is not beside the certificate'),
  passphrase: z.string().optional().describe('Of these files'),
  ca: file.describe('File with the authorities that are trusted: .p12 or PEM'),
  caPassphrase: z.string().optional().describe('Of that file, if it is another one'),
};

export const serverTlsOptions = z.strictObject(certificateOptions);

const clientTlsOptions = z.strictObject({
  ...certificateOptions,
  cert: certificateOptions.cert.optional(),
  ca: certificateOptions.ca.optional(),
  serverName: z.string().min(1).max(255).optional().describe('Name in the certificate of the server, if not the host'),
  verifyHostname: z.boolean().default(true).describe('Whether the certificate must be for that name; ATAK asks not'),
});

const linkName = z
  .string()
  .regex(/^[A-Za-z0-9._ :[\]-]{1,64}$/, 'expected 1 to 64 letters, digits, blanks, ".", "_", ":" or "-"');

export const queueOptions = z.strictObject({
  seconds: z.int().min(0).max(MAX_SECONDS).default(300).describe('How long an event waits for a link or client'),
  entries: z.int().min(0).max(10_000).default(50).describe('How many wait for each; the least important goes first'),
});

/** Where each kind of link usually goes. */
const DEFAULT_PORTS = { udp: 4242, multicast: 6969, tcp: 8088, tls: 8089 } as const;
const SA_GROUP = '239.2.3.1';

const link = z.strictObject({
  name: linkName.describe('Name of the link in status and outcomes'),
  kind: z
    .enum(['udp', 'multicast', 'tcp', 'tls'])
    .describe('udp (to one address), multicast (to a network without server), tcp and tls (to a server)'),
  host: hostOption.optional().describe(`Name or address; for multicast the group, ${SA_GROUP} if left out`),
  port: portOption.min(1).optional().describe('Port; left out: udp 4242, multicast 6969, tcp 8088, tls 8089'),
  direction: z
    .enum(['both', 'out', 'in'])
    .optional()
    .describe('out: to TAK alone, in: from TAK alone; left out: udp out, the others both'),
  protocol: z
    .enum(['auto', 'xml', 'protobuf'])
    .default('auto')
    .describe('auto: TAK protocol 1 where the other side offers it, XML else'),
  tls: clientTlsOptions.optional().describe('Certificates of a tls link'),
  queue: queueOptions.optional().describe('Instead of tak.queue'),
  relay: z
    .boolean()
    .optional()
    .describe(
      'Pass on what comes from other TAK links and clients, and to them what comes from it; left out: tcp and tls',
    ),
  virtualClients: z
    .int()
    .min(0)
    .max(200)
    .default(0)
    .describe(
      'People on the mesh who get a connection of their own to a TAK server, so that its users can write to them',
    ),
  apiPort: portOption
    .min(0)
    .default(8443)
    .describe('HTTPS port of the server of a tls link, where its channels are asked for; 0: they are not'),
  silenceSeconds: z
    .int()
    .min(0)
    .max(MAX_SECONDS)
    .default(25)
    .describe('A server that is silent for so long, pings included, is dead; 0: it may be silent for ever'),
  localHost: hostOption.default('127.0.0.1').describe('Address on which a udp link takes events'),
  localPort: portOption.min(0).optional().describe('Port on which a udp link takes events; its port if left out'),
  plaintextBeyondLoopback: z
    .boolean()
    .default(false)
    .describe('A udp link may take events from other machines, which anybody there can make'),
  interfaces: z
    .array(hostOption)
    .max(32)
    .default([])
    .describe('Names or addresses of the network interfaces of a multicast link; all but loopback if left out'),
  ttl: z.int().min(0).max(255).default(1).describe('Routers a multicast datagram may pass, and 1'),
  loopback: z.boolean().default(true).describe('Programs on this machine get the multicast, too'),
  chatHost: hostOption
    .optional()
    .describe('Group for the chat of a multicast link: 224.10.10.1 with the usual group, else none'),
  chatPort: portOption.min(1).default(17_012).describe('Its port'),
  out: filterOptions.prefault({}).describe('What may go to TAK'),
  in: filterOptions.prefault({}).describe('What may come from TAK'),
});

const isReserved = (name: string): boolean => /^(?:listen|listenTls|client-\d+)$/.test(name);

export const linkOptions = link.superRefine((options, faults) => {
  const { kind, host, direction, localHost, plaintextBeyondLoopback, tls } = options;
  const fault = (key: string, message: string): void => faults.addIssue({ code: 'custom', path: [key], message });
  if (isReserved(options.name)) fault('name', `"${options.name}" is the name of a listener or client`);
  if (host === undefined && kind !== 'multicast' && !(kind === 'udp' && direction === 'in')) {
    fault('host', `a ${kind} link needs a host`);
  }
  if (kind === 'udp' && (direction ?? 'out') !== 'out' && !isLoopback(localHost) && !plaintextBeyondLoopback) {
    fault('localHost', `${localHost} lets other machines send events without TLS: ${PLAINTEXT_HINT}`);
  }
  if (options.virtualClients > 0 && kind !== 'tcp' && kind !== 'tls') {
    fault('virtualClients', `a ${kind} link has no server that people could be known at`);
  }
  if (tls !== undefined && kind !== 'tls') fault('tls', `a ${kind} link has no certificates; kind: tls has`);
  if (tls?.key !== undefined && tls.cert === undefined) fault('tls', 'a key is of no use without its cert');
});

export const PLAINTEXT_HINT =
  'anybody there can read and forge them. Use 127.0.0.1, or set plaintextBeyondLoopback: true beside it';

type ReadLink = z.infer<typeof link>;

/** A link with everything that was left out. */
export interface LinkOptions extends ReadLink {
  readonly host: string;
  readonly port: number;
  readonly direction: NonNullable<ReadLink['direction']>;
  readonly relay: boolean;
}

export const completeLink = (options: ReadLink): LinkOptions => {
  const { kind } = options;
  const isStream = kind === 'tcp' || kind === 'tls';
  const host = options.host ?? (kind === 'multicast' ? SA_GROUP : '127.0.0.1');
  const chatHost = options.chatHost ?? (host === SA_GROUP ? '224.10.10.1' : undefined);
  return {
    ...options,
    host,
    port: options.port ?? DEFAULT_PORTS[kind],
    direction: options.direction ?? (kind === 'udp' ? 'out' : 'both'),
    relay: options.relay ?? isStream,
    ...(chatHost !== undefined && { chatHost }),
  };
};
