/**
 * Connection packages: one zip that a person opens in a TAK client, and it is connected.
 *
 * ATAK and WinTAK read MANIFEST/manifest.xml, which names the rest; iTAK reads config.pref and the files beside it, all of
 * them in the root of the zip. WinTAK keeps trust stores by file name, so names hold the server's.
 */
import { zipSync } from 'fflate';
import { buildP12 } from './build-p12.ts';
import { fileNameOf } from './client-name.ts';
import { escapeXml } from './escape-xml.ts';
import type { Issued } from './make-certificate.ts';
import type { CertificatePorts } from './ports.ts';

export const takClients = ['atak', 'itak', 'wintak'] as const;
export type TakClientName = (typeof takClients)[number];

export interface ConnectionPackage {
  readonly client: TakClientName;
  /** What the client shows as name of the connection. */
  readonly description: string;
  readonly host: string;
  readonly port: number;
  /** Name of the person or device. */
  readonly name: string;
  readonly own: Issued;
  /** PEM of everybody the client shall trust. */
  readonly ca: readonly string[];
  /** Of both PKCS#12 files; it stands in the preferences, so nobody types it. */
  readonly passphrase: string;
}

/** @returns bytes of the zip; the same for the same arguments and randomness, in every time zone */
export const buildConnectionPackage = (
  wish: ConnectionPackage,
  ports: Pick<CertificatePorts, 'randomBytes'>,
): Uint8Array => {
  const server = fileNameOf(wish.host);
  const trust = `truststore-${server}.p12`;
  const own = `${fileNameOf(wish.name)}-${server}.p12`;
  const flat = wish.client === 'itak';
  const prefs = preferences(wish, trust, own);
  const files: Record<string, Uint8Array> = {
    [flat ? 'config.pref' : `cert/${server}.pref`]: utf8(prefs),
    [flat ? trust : `cert/${trust}`]: buildP12(
      { certificates: wish.ca, friendlyName: `CA of ${wish.host}` },
      wish.passphrase,
      ports,
    ),
    [flat ? own : `cert/${own}`]: buildP12(
      { key: wish.own.key, certificates: [wish.own.certificate.toString(), ...wish.ca], friendlyName: wish.name },
      wish.passphrase,
      ports,
    ),
  };
  const listed = flat ? files : { 'MANIFEST/manifest.xml': utf8(manifest(wish, Object.keys(files), ports)), ...files };
  return zipSync(listed, { mtime: EPOCH_OF_ZIP(), level: 6 });
};

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Zip has local time without a zone, so this is the local midnight wherever it is built. */
const EPOCH_OF_ZIP = (): Date => new Date(1980, 0, 1);

/** The directory in front of a file name is where ATAK puts it on the phone, not where it lies in the zip. */
const preferences = (
  { description, host, port, passphrase }: ConnectionPackage,
  trust: string,
  own: string,
): string => {
  const files = [
    ['caLocation', 'String', `cert/${trust}`],
    ['caPassword', 'String', passphrase],
    ['certificateLocation', 'String', `cert/${own}`],
    ['clientPassword', 'String', passphrase],
  ] as const;
  const stream = [
    ['count', 'Integer', '1'],
    ['description0', 'String', description],
    ['enabled0', 'Boolean', 'true'],
    ['connectString0', 'String', `${host}:${port}:ssl`],
    // Newer clients keep these for each connection, older ones know one pair for all.
    ...files.map(([key, type, value]) => [`${key}0`, type, value] as const),
  ] as const;
  return `<?xml version='1.0' encoding='UTF-8' standalone='yes'?>
<preferences>
${preference('cot_streams', stream)}
${preference('com.atakmap.app_preferences', [['displayServerConnectionWidget', 'Boolean', 'true'], ...files])}
</preferences>
`;
};

type Entry = readonly [key: string, type: 'Boolean' | 'Integer' | 'String', value: string];

const preference = (name: string, entries: readonly Entry[]): string => {
  const lines = entries.map(
    ([key, type, value]) => `    <entry key="${key}" class="class java.lang.${type}">${escapeXml(value)}</entry>`,
  );
  return [`  <preference version="1" name="${name}">`, ...lines, '  </preference>'].join('\n');
};

const manifest = (
  { description, name }: ConnectionPackage,
  entries: readonly string[],
  { randomBytes }: Pick<CertificatePorts, 'randomBytes'>,
): string => `<?xml version="1.0" encoding="UTF-8"?>
<MissionPackageManifest version="2">
  <Configuration>
    <Parameter name="uid" value="${uuid(randomBytes(16))}"/>
    <Parameter name="name" value="${escapeXml(`${description} for ${name}`)}"/>
    <Parameter name="onReceiveImport" value="true"/>
    <Parameter name="onReceiveDelete" value="true"/>
  </Configuration>
  <Contents>
${entries.map((entry) => `    <Content ignore="false" zipEntry="${escapeXml(entry)}"/>`).join('\n')}
  </Contents>
</MissionPackageManifest>
`;

/** Version 4: RFC 9562. */
const uuid = (random: Uint8Array): string => {
  const bytes = Buffer.from(random);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
