import { isTopicLevel } from '@cotbus/contracts';
import { z } from 'zod';
import { packageLayouts } from './data-package.ts';

const layout = z.enum(packageLayouts);
const host = z.string().min(1).max(255);
const port = z.int().min(1).max(65_535);

const folderOptions = z.strictObject({
  path: z.string().min(1).describe('Folder that a client or a syncing program watches; made if it is not there'),
  layout: layout.default('plain').describe('For ATAK and WinTAK, for iTAK, or as the Meshtastic apps write it'),
});

const keepOptions = z.strictObject({
  routes: z.int().min(1).max(10_000).default(200).describe('Packages that are kept at most; the oldest go'),
  days: z.int().min(1).max(3650).default(30).describe('Days after which a package goes'),
});

const serverOptions = z.strictObject({
  host: host.describe('Name or address of the TAK server'),
  port: port.default(8443).describe('Its HTTPS port'),
  certificate: z.string().describe('The certificate that TLS links to it use (.p12 or PEM)'),
  key: z.string().optional().describe('Its private key, where it lies in a file of its own'),
  passphrase: z.string().optional().describe('What opens certificate and key'),
  ca: z.string().optional().describe('Whom to trust (.p12 or PEM)'),
  caPassphrase: z.string().optional().describe('What opens ca, if not passphrase does'),
  serverName: host.optional().describe('The name its certificate has, where that is not host'),
  verifyHost: z
    .boolean()
    .default(true)
    .describe('Refuse a certificate for another name; its authority is always checked'),
  creatorUid: z.string().min(1).max(128).default('Cotbus').describe('Who uploads, as other users of the server see it'),
  tool: z.enum(['public', 'private']).default('public').describe('Who finds it: every user, or those who know of it'),
  missions: z.array(z.string().min(1).max(256)).max(16).default([]).describe('Missions whose contents it joins'),
  timeoutSeconds: z.int().min(1).max(600).default(30).describe('How long an answer may take'),
});

const shareOptions = z.strictObject({
  enabled: z.boolean().default(false).describe('Offer each package to TAK clients, and serve it to them over HTTPS'),
  host: host.default('0.0.0.0').describe('Address to listen on; only certificates of connection packages are let in'),
  port: z.int().min(0).max(65_535).default(8443).describe('HTTPS port to listen on; 0 takes any free one'),
  address: host
    .optional()
    .describe('Name or address under which clients reach this machine; its first one if left out'),
  certificates: z
    .string()
    .optional()
    .describe('Folder of the certificates; certificates in journals.folder if left out'),
  contacts: z.array(z.string().min(1).max(128)).max(64).default([]).describe('Callsigns it is for; empty: everybody'),
  chat: z.boolean().default(true).describe('Tell of it in the chat when nobody has fetched it within a minute'),
});

export const packagerOptions = z.strictObject({
  name: z
    .string()
    .refine(isTopicLevel, 'expected 1 to 64 letters, digits, ".", "_" or "-"')
    .default('routes')
    .describe('Name of the packager on the bus, and of the destination in its outcomes'),
  save: z.boolean().default(true).describe('Save each package in the folder "TAK Routes" of journals.folder'),
  folders: z.array(folderOptions).max(8).default([]).describe('Other folders to save each package in'),
  drawings: z.boolean().default(false).describe('Make packages of drawn lines (u-d-f), too'),
  keep: keepOptions.prefault({}).describe('How long packages can be listed and fetched'),
  servers: z.array(serverOptions).max(8).default([]).describe('TAK servers to upload each package to'),
  share: shareOptions.prefault({}).describe('Sharing with TAK clients'),
});

export type PackagerOptions = z.infer<typeof packagerOptions>;
export type ServerOptions = z.infer<typeof serverOptions>;
export type ShareOptions = z.infer<typeof shareOptions>;
