/** Reads packages and KML with programs and readers that share no code with what wrote them. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeAt, readXml } from '@cotbus/testkit';
import type { XmlNode } from '@cotbus/testkit';
import { temporaryFolder } from './temporary-folder.ts';

const run = (program: string, ...words: readonly string[]) =>
  spawnSync(program, words, { encoding: 'utf8', timeout: 30_000 });

let isAnnounced = false;
const isThere = (program: string, ...words: readonly string[]): boolean => run(program, ...words).status === 0;

/** `../shared/kml-schema`, seen from the root of the repository. */
const schema = fileURLToPath(new URL('../../../../../shared/kml-schema/ogckml22.xsd', import.meta.url));

/** What the schema of KML has against any of them; nothing, with a line on stderr once, where schema or xmllint are absent. */
export const schemaFaults = (kmls: readonly string[]): string => {
  if (!existsSync(schema) || !isThere('xmllint', '--version')) {
    if (!isAnnounced) process.stderr.write('Skipped: KML against its schema needs xmllint and ../shared/kml-schema.\n');
    isAnnounced = true;
    return '';
  }
  const folder = temporaryFolder();
  const files = kmls.map((_, at) => join(folder, `${at}.kml`));
  for (const [at, file] of files.entries()) writeFileSync(file, kmls[at] ?? '');
  // One run: it takes longer to read the schema than to read many files.
  const { status, stderr } = run('xmllint', '--nonet', '--noout', '--schema', schema, ...files);
  return status === 0 && stderr.split('validates').length === files.length + 1 ? '' : stderr;
};

/** Entries by name, as `unzip` reads them, after it tested the archive. @throws Error when it finds a fault */
export const unzip = (bytes: Uint8Array): ReadonlyMap<string, string> => {
  const file = join(temporaryFolder(), 'package.zip');
  writeFileSync(file, bytes);
  const tested = run('unzip', '-t', file);
  if (tested.status !== 0) throw new Error(`unzip -t: ${tested.stdout}${tested.stderr}`);
  const names = run('unzip', '-Z1', file).stdout.split('\n').filter(Boolean);
  return new Map(names.map((name) => [name, run('unzip', '-p', file, name).stdout]));
};

export interface ReadKml {
  readonly name: string;
  readonly description: string;
  readonly color: string;
  readonly width: string;
  /** lon, lat, height. */
  readonly line: readonly (readonly number[])[];
  readonly wayPoints: readonly (readonly [name: string, ...place: number[]])[];
}

const placesOf = (text = ''): number[][] =>
  text
    .trim()
    .split(/\s+/)
    .map((place) => place.split(',').map(Number));

const textAt = (node: XmlNode | undefined, path: string): string => (node && nodeAt(node, path)?.text) ?? '';

export const readKml = (xml: string): ReadKml => {
  const root = readXml(xml);
  const document = nodeAt(root, 'Document');
  const placemarks = document?.children.filter(({ name }) => name === 'Placemark') ?? [];
  const line = placemarks.find((placemark) => nodeAt(placemark, 'LineString'));
  const points = placemarks.filter((placemark) => nodeAt(placemark, 'Point'));
  return {
    name: textAt(document, 'name'),
    description: textAt(line, 'description'),
    color: textAt(line, 'Style/LineStyle/color'),
    width: textAt(line, 'Style/LineStyle/width'),
    line: placesOf(textAt(line, 'LineString/coordinates')),
    wayPoints: points.map((point) => [
      textAt(point, 'name'),
      ...(placesOf(textAt(point, 'Point/coordinates'))[0] ?? []),
    ]),
  };
};
