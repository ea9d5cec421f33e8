/**
 * Opens connection packages as the clients do, by what is known of each: ATAK and WinTAK follow the manifest, iTAK takes the
 * files in the root. Reads XML and PKCS#12 with readers that do not share code with what is checked.
 */
import { X509Certificate } from 'node:crypto';
import { posix } from 'node:path';
import { nodeAt, readXml } from '@cotbus/testkit';
import type { XmlNode } from '@cotbus/testkit';
import { unzipSync } from 'fflate';
import forge from 'node-forge';
import type { TakClientName } from '../connection-package.ts';

export interface ImportedConnection {
  readonly description: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
  readonly passphrase: string;
  readonly ca: readonly X509Certificate[];
  readonly own: X509Certificate;
  readonly key: string;
  /** File names of trust store and certificate, under which the client keeps them. */
  readonly fileNames: readonly string[];
}

export const importPackage = (zip: Uint8Array, client: TakClientName): ImportedConnection => {
  const files = unzipSync(zip);
  const entries = client === 'itak' ? flatEntries(files) : manifestEntries(files);
  const prefs = entries.filter((name) => name.endsWith('.pref'));
  if (prefs.length !== 1) throw new Error(`${prefs.length} preference files`);
  const values = preferencesIn(text(files[prefs[0] ?? '']));
  const value = (block: string, key: string): string => {
    const found = values.get(`${block}/${key}`);
    if (found === undefined) throw new Error(`no ${block} ${key}`);
    return found;
  };
  for (const key of ['caLocation', 'caPassword', 'certificateLocation', 'clientPassword']) {
    if (value('cot_streams', `${key}0`) !== value('com.atakmap.app_preferences', key))
      throw new Error(`${key} differs`);
  }
  const openAt = (key: string, passphrase: string) => {
    const location = value('com.atakmap.app_preferences', key);
    if (posix.dirname(location) !== 'cert') throw new Error(`${key} is not below cert/`);
    const entry = entries.filter((name) => posix.basename(name) === posix.basename(location));
    if (entry.length !== 1) throw new Error(`${entry.length} files for ${location}`);
    return { name: posix.basename(location), ...openP12(files[entry[0] ?? ''] ?? new Uint8Array(), passphrase) };
  };
  const trust = openAt('caLocation', value('com.atakmap.app_preferences', 'caPassword'));
  const own = openAt('certificateLocation', value('com.atakmap.app_preferences', 'clientPassword'));
  if (trust.keys.length > 0) throw new Error('a key in the trust store');
  const [key = ''] = own.keys;
  const [leaf] = own.certificates;
  if (leaf === undefined) throw new Error('no certificate');
  const [host = '', port, protocol = ''] = value('cot_streams', 'connectString0').split(':');
  return {
    description: value('cot_streams', 'description0'),
    host,
    port: Number(port),
    protocol,
    passphrase: value('com.atakmap.app_preferences', 'clientPassword'),
    ca: trust.certificates,
    own: leaf,
    key,
    fileNames: [trust.name, own.name],
  };
};

const text = (bytes: Uint8Array | undefined): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

const flatEntries = (files: Readonly<Record<string, Uint8Array>>): readonly string[] => {
  const names = Object.keys(files);
  if (names.some((name) => name.includes('/'))) throw new Error('a folder in a flat package');
  if (!names.includes('config.pref')) throw new Error('no config.pref');
  return names;
};

const manifestEntries = (files: Readonly<Record<string, Uint8Array>>): readonly string[] => {
  const manifest = readXml(text(files['MANIFEST/manifest.xml']));
  if (manifest.name !== 'MissionPackageManifest' || manifest.attributes['version'] !== '2')
    throw new Error('no manifest v2');
  const parameters = nodeAt(manifest, 'Configuration')?.children.map(({ attributes }) => attributes['name']);
  if (!parameters?.includes('uid') || !parameters.includes('name')) throw new Error('uid or name is missing');
  const entries = (nodeAt(manifest, 'Contents')?.children ?? []).map(({ attributes }) => attributes['zipEntry'] ?? '');
  for (const entry of entries) if (files[entry] === undefined) throw new Error(`${entry} is not in the zip`);
  return entries;
};

const preferencesIn = (xml: string): ReadonlyMap<string, string> => {
  const values = new Map<string, string>();
  for (const block of readXml(xml).children) {
    for (const entry of block.children) {
      checkClass(entry);
      values.set(`${block.attributes['name']}/${entry.attributes['key']}`, entry.text);
    }
  }
  return values;
};

const checkClass = ({ attributes, text: value }: XmlNode): void => {
  const forms = new Map([
    ['class java.lang.String', /./],
    ['class java.lang.Integer', /^\d+$/],
    ['class java.lang.Boolean', /^(true|false)$/],
  ]);
  if (!forms.get(attributes['class'] ?? '')?.test(value))
    throw new Error(`${attributes['key']} is no ${attributes['class']}`);
};

const openP12 = (bytes: Uint8Array, passphrase: string) => {
  const asn1 = forge.asn1.fromDer(Buffer.from(bytes).toString('binary'));
  const pfx = forge.pkcs12.pkcs12FromAsn1(asn1, true, passphrase);
  const bags = pfx.safeContents.flatMap(({ safeBags }) => safeBags);
  return {
    certificates: bags.flatMap(({ cert }) => (cert ? [new X509Certificate(forge.pki.certificateToPem(cert))] : [])),
    keys: bags.flatMap(({ key }) => (key ? [forge.pki.privateKeyToPem(key)] : [])),
  };
};
