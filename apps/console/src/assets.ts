/**
 * The files of the page: its own, and those of the libraries it uses, from where npm has put them. Nothing is copied or
 * bundled. They are read once, at start.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';

export interface Asset {
  readonly contentType: string;
  readonly body: Buffer;
  /** Undefined where it would not be much smaller. Made when somebody first asks for it. */
  readonly gzipped: () => Buffer | undefined;
  readonly etag: string;
}

const html = 'text/html; charset=utf-8';
const javascript = 'text/javascript; charset=utf-8';
const css = 'text/css; charset=utf-8';
const json = 'application/json; charset=utf-8';

const modules = [
  'alarms.js',
  'app.js',
  'attention.js',
  'canvas-layer.js',
  'cards.js',
  'chats.js',
  'connection.js',
  'elements.js',
  'header.js',
  'labels.js',
  'login.js',
  'map.js',
  'mercator.js',
  'model.js',
  'nodes.js',
  'outcomes.js',
  'reasons.js',
  'routes.js',
  'symbols.js',
  'table.js',
  'tabs.js',
  'theme.js',
  'units-layer.js',
  'units.js',
  'views.js',
  'words.js',
  'world-layer.js',
  'world.js',
];

/** Path in the URL → file and type. A closed list: no path from outside ever reaches the file system. */
const own: readonly (readonly [path: string, file: string, contentType: string])[] = [
  ['/', 'index.html', html],
  ['/style.css', 'style.css', css],
  ['/map.css', 'map.css', css],
  ...modules.map((file) => [`/${file}`, file, javascript] as const),
];

const require = createRequire(import.meta.url);
const ofLibraries = (): readonly (readonly [path: string, file: string, contentType: string])[] => [
  ['/lib/leaflet.js', require.resolve('leaflet/dist/leaflet.js'), javascript],
  ['/lib/leaflet.css', require.resolve('leaflet/dist/leaflet.css'), css],
  ['/lib/topojson-client.js', require.resolve('topojson-client/dist/topojson-client.min.js'), javascript],
  ['/lib/countries.json', require.resolve('world-atlas/countries-50m.json'), json],
];

/** Smaller ones fit a packet or two as they are. */
const GZIP_FROM_BYTES = 2048;

/** @throws when a file is missing: the installation is damaged. */
export const readAssets = (): ReadonlyMap<string, Asset> => {
  return new Map([
    ...own.map(([path, file, type]) => [path, readAsset(new URL(`../assets/${file}`, import.meta.url), type)] as const),
    ...ofLibraries().map(([path, file, type]) => [path, readAsset(file, type)] as const),
  ]);
};

const readAsset = (file: string | URL, contentType: string): Asset => {
  const body = readFileSync(file);
  let gzipped: Buffer | undefined;
  return {
    contentType,
    body,
    gzipped: () => (body.length < GZIP_FROM_BYTES ? undefined : (gzipped ??= gzipSync(body))),
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  };
};
