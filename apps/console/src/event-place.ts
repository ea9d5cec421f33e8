/** Where on the map an event is, and what it draws there: read from its position and its detail. Pure. */
import { attribute, lastNamed, parseDecimal, parseDetail, parseInteger32, pointLinks } from '@cotbus/codec';
import type { Element } from '@cotbus/codec';
import { Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { MAX_POINTS } from './bounds.ts';
import type { OutlineView } from './view.ts';

type Point = readonly [lat: number, lon: number];

const METRES_PER_DEGREE = 111_320;
/** Corners of a circle, as it is drawn. */
const CIRCLE_CORNERS = 36;
/** Larger circles are a fault of their sender. */
const MAX_RADIUS_M = 500_000;

/** Undefined at 0, 0 as well: that is what stands where there is no position yet. */
export const placeOf = ({ lat, lon }: Pick<CotEvent, 'lat' | 'lon'>): Point | undefined =>
  // Written so that NaN is no place either.
  Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && !(lat === 0 && lon === 0) ? [lat, lon] : undefined;

const drawn: ReadonlySet<Kind> = new Set([Kind.SHAPE, Kind.ROUTE, Kind.RAB]);

/** Null when it is a mere point, or when its corners cannot be read. */
export const outlineOf = (event: CotEvent): OutlineView | null => {
  if (!drawn.has(event.kind)) return null;
  const detail = parseDetail(event.detail);
  const colour = colourOf(detail);
  const centre = placeOf(event);
  const corners = pointLinks(detail)
    .map(placeOf)
    .filter((point) => point !== undefined);
  if (corners.length > 1) return { ...cornersOf(event, corners), colour };
  if (centre === undefined) return null;
  const round = ellipseOf(detail, centre);
  if (round !== undefined) return { points: round, closed: true, colour };
  const end = endOfBearing(detail, centre);
  return end === undefined ? null : { points: [centre, end], closed: false, colour };
};

const cornersOf = ({ kind, type }: CotEvent, corners: readonly Point[]): Omit<OutlineView, 'colour'> => {
  const first = corners[0];
  const last = corners.at(-1);
  const returns = first?.[0] === last?.[0] && first?.[1] === last?.[1];
  const closed = kind === Kind.SHAPE && corners.length > 2 && (returns || type === 'u-d-r');
  return { points: thin(corners), closed };
};

/** Every nth of too many, and the last. */
const thin = (points: readonly Point[]): readonly Point[] => {
  if (points.length <= MAX_POINTS) return points;
  const step = (points.length - 1) / (MAX_POINTS - 1);
  return Array.from({ length: MAX_POINTS }, (_, index) => points[Math.round(index * step)] as Point);
};

/** `<shape><ellipse major minor angle/></shape>`: half axes in metres, the major one `angle` degrees from north. */
const ellipseOf = (detail: readonly Element[], centre: Point): readonly Point[] | undefined => {
  const ellipse = lastNamed(lastNamed(detail, 'shape')?.children ?? [], 'ellipse');
  const major = metres(attribute(ellipse, 'major'));
  const minor = metres(attribute(ellipse, 'minor')) ?? major;
  if (major === undefined || minor === undefined) return undefined;
  const angle = radians(parseDecimal(attribute(ellipse, 'angle')) ?? 0);
  return Array.from({ length: CIRCLE_CORNERS }, (_, index) => {
    const turn = (index / CIRCLE_CORNERS) * 2 * Math.PI;
    const along = Math.cos(turn) * major;
    const across = Math.sin(turn) * minor;
    return moved(
      centre,
      along * Math.cos(angle) - across * Math.sin(angle),
      along * Math.sin(angle) + across * Math.cos(angle),
    );
  });
};

/** Range and bearing: `<range value/>` in metres, `<bearing value/>` in degrees from north. */
const endOfBearing = (detail: readonly Element[], start: Point): Point | undefined => {
  const range = metres(attribute(lastNamed(detail, 'range'), 'value'));
  const bearing = parseDecimal(attribute(lastNamed(detail, 'bearing'), 'value'));
  if (range === undefined || bearing === undefined) return undefined;
  return moved(start, Math.cos(radians(bearing)) * range, Math.sin(radians(bearing)) * range);
};

const metres = (text: string): number | undefined => {
  const value = parseDecimal(text);
  return value !== undefined && value > 0 && value <= MAX_RADIUS_M ? value : undefined;
};

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Flat, as the earth is over the few kilometres of a drawing. */
const moved = ([lat, lon]: Point, northM: number, eastM: number): Point => {
  const narrowing = Math.max(0.01, Math.cos(radians(lat)));
  return [
    Math.min(90, Math.max(-90, lat + northM / METRES_PER_DEGREE)),
    Math.min(180, Math.max(-180, lon + eastM / METRES_PER_DEGREE / narrowing)),
  ];
};

/** Line colours are ARGB in 32 bits, signed or not, under a name that depends on the kind. */
const colourOf = (detail: readonly Element[]): string => {
  const argb = [
    attribute(lastNamed(detail, 'strokeColor'), 'value'),
    attribute(lastNamed(detail, 'link_attr'), 'color'),
    attribute(lastNamed(detail, 'color'), 'argb'),
    attribute(lastNamed(detail, 'color'), 'value'),
  ]
    .map(parseInteger32)
    .find((value) => value !== undefined);
  return argb === undefined ? '' : `#${(argb & 0xffffff).toString(16).padStart(6, '0')}`;
};
