/** Files that people have routes in: KML, KMZ, GPX, CoT events, and data packages of any of them. */
import { createHash } from 'node:crypto';
import { parseEventXml } from '@cotbus/codec';
import { unzipSync } from 'fflate';
import { readTrack } from './read-track.ts';
import { readRoute } from './route.ts';
import type { Route } from './route.ts';
import { readXmlText } from './xml-text.ts';

/** Bytes of a text in a zip, and how many entries are looked at. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;
const MAX_ENTRIES = 1000;

export type ReadRouteFile =
  | {
      readonly ok: true;
      readonly route: Route;
      /** Lines of the file that are not in the route. */
      readonly otherLines: number;
    }
  /** What is wrong with it; may quote it. */
  | { readonly ok: false; readonly detail: string };

const refuse = (detail: string): ReadRouteFile => ({ ok: false, detail });

/**
 * What the file is shows in its bytes. The same file has the same uid each time, so that sending it again replaces; a CoT
 * event keeps its own.
 *
 * @param name of what has none, such as that of the file
 */
export const readRouteFile = (bytes: Uint8Array, name = 'Route'): ReadRouteFile =>
  isZip(bytes) ? readZip(bytes, name) : readText(bytes, name);

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

const readText = (bytes: Uint8Array, name: string): ReadRouteFile => {
  if (bytes.length > MAX_TEXT_BYTES) return refuse(`more than ${MAX_TEXT_BYTES} bytes`);
  const text = readXmlText(bytes);
  if (text === undefined) return refuse('neither a zip nor text in UTF-8');
  if (/<event[\s>]/.test(text.slice(0, 2000))) return readEvent(text);
  const read = readTrack(text, name);
  if (!read.ok) return read;
  const { route, otherLines } = read;
  const hash = createHash('sha256').update(JSON.stringify(route)).digest('hex');
  return { ok: true, route: { ...route, uid: `route-${hash.slice(0, 16)}` }, otherLines };
};

const readEvent = (text: string): ReadRouteFile => {
  const parsed = parseEventXml(text.slice(text.indexOf('<event')));
  if (!parsed.ok) return refuse(`a CoT event that cannot be read: ${parsed.detail}`);
  const read = readRoute(parsed.event);
  return read.ok ? { ...read, otherLines: 0 } : refuse(`a CoT event of ${parsed.event.type}: ${read.detail}`);
};

/** In this order, of a package that has several: the event says the most. */
const KINDS = [/\.(?:cot|xml)$/i, /\.kml$/i, /\.gpx$/i, /\.kmz$/i];

const readZip = (bytes: Uint8Array, name: string): ReadRouteFile => {
  const files = unpack(bytes);
  if (typeof files === 'string') return refuse(files);
  let why = 'no .cot, .kml or .gpx in the package';
  for (const kind of KINDS) {
    for (const [entry, content] of Object.entries(files).filter(([path]) => kind.test(path))) {
      // A package may have a KMZ in it, which has no packages in it.
      const text = isZip(content) ? textOfKmz(content) : content;
      const read = readText(text, name);
      if (read.ok) return read;
      if (!/manifest\.xml$/i.test(entry)) why = `${entry}: ${read.detail}`;
    }
  }
  return refuse(why);
};

/** The sizes that a zip announces are checked before anything is inflated. */
const unpack = (bytes: Uint8Array): Readonly<Record<string, Uint8Array>> | string => {
  let entries = 0;
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        entries += 1;
        if (!KINDS.some((kind) => kind.test(name)) || originalSize > MAX_TEXT_BYTES || entries > MAX_ENTRIES)
          return false;
        total += originalSize;
        return total <= 4 * MAX_TEXT_BYTES;
      },
    });
  } catch {
    return 'a zip that is damaged';
  }
};

const textOfKmz = (bytes: Uint8Array): Uint8Array => {
  const files = unpack(bytes);
  const kml = typeof files === 'string' ? undefined : Object.entries(files).find(([path]) => /\.kml$/i.test(path));
  return kml?.[1] ?? new Uint8Array();
};
