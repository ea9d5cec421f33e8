/** Data packages: a zip of a KML and the manifest that tells a TAK client what to do with it. */
import { createHash } from 'node:crypto';
import { escapeXml } from '@cotbus/codec';
import { zipSync } from 'fflate';
import { fileNameOfUid } from './file-name.ts';
import { buildKml } from './kml.ts';
import type { Route } from './route.ts';

/**
 * `atak`: the manifest in `MANIFEST/`, where ATAK, WinTAK and TAK servers look for it. `itak`: everything in the root.
 * `plain`: as the Meshtastic phone apps write it; ATAK and iTAK are known to take it.
 */
export const packageLayouts = ['plain', 'atak', 'itak'] as const;
export type PackageLayout = (typeof packageLayouts)[number];

export interface DataPackage {
  /** `<sanitised uid>.zip` */
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, hex. */
  readonly hash: string;
}

/** The same bytes for the same route, in every time zone. */
export const buildDataPackage = (route: Route, layout: PackageLayout): DataPackage => {
  const name = fileNameOfUid(route.uid);
  const kml = `${name}.kml`;
  const files = { [kml]: utf8(buildKml(route)), [manifestPath(layout)]: utf8(manifest(route, kml, layout)) };
  const bytes = zipSync(files, { mtime: epochOfZip(), level: 6 });
  return { fileName: `${name}.zip`, bytes, hash: createHash('sha256').update(bytes).digest('hex') };
};

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Zip has local time without a zone, so this is the local midnight wherever it is built. */
const epochOfZip = (): Date => new Date(1980, 0, 1);

const manifestPath = (layout: PackageLayout): string => (layout === 'atak' ? 'MANIFEST/manifest.xml' : 'manifest.xml');

/** The uid of the phone apps: whoever has the package of a phone gets this one in its place, not beside it. */
const manifest = ({ uid, name }: Route, kml: string, layout: PackageLayout): string => {
  const parameters = [
    ['uid', `Meshtastic Route.${boundedUid(uid)}`],
    ['name', name],
    // Imported at once, and then the package goes and what was in it stays.
    ...(layout === 'plain' ? [] : [['onReceiveImport', 'true']]),
    ['onReceiveDelete', 'true'],
  ];
  return `<MissionPackageManifest version="2">
  <Configuration>
${parameters.map(([key = '', value = '']) => `    <Parameter name="${key}" value="${escapeXml(value)}"/>`).join('\n')}
  </Configuration>
  <Contents>
    <Content ignore="false" zipEntry="${escapeXml(kml)}"/>
  </Contents>
</MissionPackageManifest>
`;
};

/** Longer ones are nobody's; the file name tells them apart. */
const MAX_UID = 256;

const boundedUid = (uid: string): string => (uid.length <= MAX_UID ? uid : fileNameOfUid(uid));
