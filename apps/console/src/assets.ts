/**
 * The files of the page: its own, and those of the libraries it uses, from where npm has put them. Nothing is copied or
 * bundled. They are read once, at start.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export interface Asset {
  readonly contentType: string;
  readonly body: Buffer;
  /** Undefined where it would not be much smaller. Made when somebody first asks for it. */
  readonly gzipped: () => Buffer | undefined;
  readonly etag: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
};

const folder = new URL('../assets/', import.meta.url);
const require = createRequire(import.meta.url);

/** Path in the URL and file. A closed list: no path from outside ever reaches the file system. */
const files = (): readonly (readonly [path: string, file: string])[] => [
  ...readdirSync(folder).map(
    (name) => [name === 'index.html' ? '/' : `/${name}`, fileURLToPath(new URL(name, folder))] as const,
  ),
  ['/lib/leaflet.js', require.resolve('leaflet/dist/leaflet.js')],
  ['/lib/leaflet.css', require.resolve('leaflet/dist/leaflet.css')],
  ['/lib/topojson-client.js', require.resolve('topojson-client/dist/topojson-client.min.js')],
  ['/lib/countries.json', require.resolve('world-atlas/countries-50m.json')],
];

/** Smaller ones fit a packet or two as they are. */
const GZIP_FROM_BYTES = 2048;

/** @throws when a file is missing: the installation is damaged. */
export const readAssets = (): ReadonlyMap<string, Asset> =>
  new Map(files().map(([path, file]) => [path, readAsset(file)]));

const readAsset = (file: string): Asset => {
  const body = readFileSync(file);
  let gzipped: Buffer | undefined;
  return {
    contentType: contentTypes[extname(file)] ?? 'application/octet-stream',
    body,
    gzipped: () => (body.length < GZIP_FROM_BYTES ? undefined : (gzipped ??= gzipSync(body))),
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  };
};
