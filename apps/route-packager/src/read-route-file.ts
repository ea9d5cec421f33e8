/** Files that people have routes in: KML, KMZ, GPX, CoT events, and data packages of any of them. */
import { createHash } from 'node:crypto';
import { parseEventXml } from '@cotbus/codec';
import { unzipSync } from 'fflate';
import { readTrack } from './read-track.ts';
import { readRoute } from './route.ts';
import type { Route } from './route.ts';

/** Bytes of a text in a zip, and how many entries are looked at. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;
const MAX_ENTRIES = 1000;

export type ReadRouteFile =
  | { readonly ok: true; readonly route: Route }
  /** What is wrong with it; may quote it. */
  | { readonly ok: false; readonly detail: string };

const refuse = (detail: string): ReadRouteFile => ({ ok: false, detail });

/**
 * What the file is shows in its bytes. The same file has the same uid each time, so that sending it again replaces; a CoT
 * event keeps its own.
 */
export const readRouteFile = (bytes: Uint8Array): ReadRouteFile => {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  return isZip ? readZip(bytes) : readText(bytes);
};

const readText = (bytes: Uint8Array): ReadRouteFile => {
  if (bytes.length > MAX_TEXT_BYTES) return refuse(`more than ${MAX_TEXT_BYTES} bytes`);
  const text = decode(bytes);
  if (text === undefined) return refuse('neither a zip nor text in UTF-8');
  if (/<event[\s>]/.test(text.slice(0, 2000))) return readEvent(text);
  const read = readTrack(text);
  if (!read.ok) return read;
  const hash = createHash('sha256').update(JSON.stringify(read.route)).digest('hex');
  return { ok: true, route: { ...read.route, uid: `route-${hash.slice(0, 16)}` } };
};

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const readEvent = (text: string): ReadRouteFile => {
  const parsed = parseEventXml(text.slice(text.indexOf('<event')));
  if (!parsed.ok) return refuse(`a CoT event that cannot be read: ${parsed.detail}`);
  const read = readRoute(parsed.event);
  return read.ok ? read : refuse(`a CoT event of ${parsed.event.type}: ${read.detail}`);
};

/** In this order, of a package that has several: the event says the most. */
const KINDS = [/\.(?:cot|xml)$/i, /\.kml$/i, /\.gpx$/i];

const readZip = (bytes: Uint8Array): ReadRouteFile => {
  const files = unpack(bytes);
  if (typeof files === 'string') return refuse(files);
  let why = 'no .cot, .kml or .gpx in the package';
  for (const kind of KINDS) {
    for (const [name, content] of Object.entries(files).filter(([entry]) => kind.test(entry))) {
      const read = readText(content);
      if (read.ok) return read;
      if (!/manifest\.xml$/i.test(name)) why = `${name}: ${read.detail}`;
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
