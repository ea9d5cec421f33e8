/** Routes out of KML and GPX, as programs for maps write them: the first line of the file and the names of its points. */
import { SaxesParser } from 'saxes';
import { DEFAULT_ARGB, DEFAULT_WIDTH, readPlace } from './route.ts';
import type { Route, RoutePoint } from './route.ts';

/** Points that are read; a walk of three weeks, one each minute and a half. */
const MAX_POINTS = 20_000;
const MAX_DEPTH = 64;

export type ReadTrack =
  | {
      readonly ok: true;
      readonly route: Omit<Route, 'uid'>;
      /** Further lines of the file. */
      readonly otherLines: number;
    }
  | { readonly ok: false; readonly detail: string };

const refuse = (detail: string): ReadTrack => ({ ok: false, detail });

/** What is being read. Names are local: prefixes are dropped. */
interface Place {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
  /** Text of the children that have no children. */
  readonly values: Map<string, string>;
}

interface Track {
  name: string;
  points: RoutePoint[];
}

/** What a file is found to have. */
interface Found {
  root: string;
  /** Of the document. */
  name: string;
  readonly lines: Track[];
  /** Points that belong to no line. */
  readonly marks: RoutePoint[];
  /** Of the placemark that is open. */
  mark: RoutePoint | undefined;
  /** Between this point of a route and the next, by its roads. */
  readonly shape: RoutePoint[];
  color: string;
  width: string;
}

type ElementEnd = (found: Found, place: Place, path: readonly Place[]) => void;

/** @param name of what has none */
export const readTrack = (xml: string, name: string): ReadTrack => {
  const found: Found = { root: '', name: '', lines: [], marks: [], mark: undefined, shape: [], color: '', width: '' };
  const fault = parse(xml, found);
  if (fault !== undefined) return refuse(fault);
  if (found.root !== 'kml' && found.root !== 'gpx') return refuse(`<${found.root}> is neither KML nor GPX`);
  const lines = found.lines.filter((one) => one.points.length > 1);
  const [line] = lines;
  const points = line === undefined ? found.marks : namedBy(line.points, found.marks);
  if (points.length < 2) return refuse('no line of at least two points in it');
  if (points.length > MAX_POINTS) return refuse(`more than ${MAX_POINTS} points in its line`);
  return {
    ok: true,
    otherLines: Math.max(0, lines.length - 1),
    route: {
      name: (line?.name || found.name).slice(0, 200) || name,
      points,
      argb: argbOf(found.color),
      width: Number(found.width) > 0 && Number(found.width) <= 100 ? Number(found.width) : DEFAULT_WIDTH,
      method: '',
      direction: '',
      prefix: '',
      remarks: '',
    },
  };
};

/** Of a line and the points beside it, those at the same place are one. */
const namedBy = (line: readonly RoutePoint[], marks: readonly RoutePoint[]): RoutePoint[] => {
  const key = ({ lat, lon }: RoutePoint): string => `${lat.toFixed(7)} ${lon.toFixed(7)}`;
  const names = new Map(marks.map((mark) => [key(mark), mark.name]));
  return line.map((point) => (point.name === '' ? { ...point, name: names.get(key(point)) ?? '' } : point));
};

/** KML has alpha, blue, green, red. */
const argbOf = (color: string): number => {
  const [, alpha = '', blue = '', green = '', red = ''] =
    /^\s*([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\s*$/i.exec(color) ?? [];
  return alpha === '' ? DEFAULT_ARGB : Number.parseInt(alpha + red + green + blue, 16);
};

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** @returns why it cannot be read */
const parse = (xml: string, found: Found): string | undefined => {
  const path: Place[] = [];
  const parser = new SaxesParser();
  let fault: string | undefined;
  parser.on('error', (error) => {
    fault ??= `not XML: ${error.message.slice(0, 120)}`;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (path.length === 0) found.root = localName(name).toLowerCase();
    path.push({ name: localName(name), attributes, text: '', values: new Map() });
    if (path.length > MAX_DEPTH) fault ??= 'elements are nested too deep';
  });
  const addText = (text: string): void => {
    const place = path.at(-1);
    if (place !== undefined) place.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const place = path.pop();
    if (place === undefined) return;
    const above = path.at(-1);
    if (above !== undefined && !above.values.has(place.name)) above.values.set(place.name, place.text.trim());
    ends.get(place.name)?.(found, place, path);
  });
  parser.write(xml).close();
  return fault;
};

const lineOf = (found: Found): Track => {
  const open = found.lines.at(-1);
  if (open !== undefined) return open;
  const first: Track = { name: '', points: [] };
  found.lines.push(first);
  return first;
};

const add = (points: RoutePoint[], point: RoutePoint | undefined): void => {
  // One more than is taken says that there are too many.
  if (point !== undefined && points.length <= MAX_POINTS) points.push(point);
};

const kmlPlace = (text: string, separator: RegExp): RoutePoint | undefined => {
  const [lon = '', lat = '', hae = ''] = text.trim().split(separator);
  return readPlace(lat, lon, hae, '');
};

const gpxPlace = ({ attributes, values }: Place): RoutePoint | undefined =>
  readPlace(attributes['lat'] ?? '', attributes['lon'] ?? '', values.get('ele') ?? '', values.get('name') ?? '');

/** A segment of a track that was interrupted goes on with the same line. */
const addTo =
  (kind: 'line' | 'mark'): ElementEnd =>
  (found, place) =>
    add(kind === 'line' ? lineOf(found).points : found.marks, gpxPlace(place));

/** Garmin's programs write the way along the roads into the point where it begins. */
const addRoutePoint: ElementEnd = (found, place) => {
  const { points } = lineOf(found);
  add(points, gpxPlace(place));
  for (const point of found.shape.splice(0)) add(points, point);
};

const endLine: ElementEnd = (found, { values }) => {
  lineOf(found).name = values.get('name') ?? '';
  found.lines.push({ name: '', points: [] });
};

const within = (path: readonly Place[], name: string): boolean => path.some((place) => place.name === name);

const ends: ReadonlyMap<string, ElementEnd> = new Map<string, ElementEnd>([
  ['rtept', addRoutePoint],
  ['rpt', (found, place) => add(found.shape, gpxPlace(place))],
  ['trkpt', addTo('line')],
  ['wpt', addTo('mark')],
  ['rte', endLine],
  ['trk', endLine],
  [
    'coordinates',
    (found, { text }, path) => {
      if (within(path, 'LineString')) {
        // Some write a blank behind the comma.
        const places = text.replaceAll(/\s*,\s*/g, ',').trim();
        for (const place of places.split(/\s+/)) add(lineOf(found).points, kmlPlace(place, /,/));
      } else if (within(path, 'Point')) found.mark = kmlPlace(text, /\s*,\s*/);
    },
  ],
  ['coord', (found, { text }) => add(lineOf(found).points, kmlPlace(text, /\s+/))],
  [
    'Placemark',
    (found, place) => {
      add(found.marks, found.mark && { ...found.mark, name: place.values.get('name') ?? '' });
      found.mark = undefined;
      if (lineOf(found).points.length > 0) endLine(found, place, []);
    },
  ],
  ['Document', nameOfFile],
  ['metadata', nameOfFile],
  [
    'LineStyle',
    (found, { values }) => {
      found.color ||= values.get('color') ?? '';
      found.width ||= values.get('width') ?? '';
    },
  ],
]);

function nameOfFile(found: Found, { values }: Place): void {
  found.name ||= values.get('name') ?? '';
}
