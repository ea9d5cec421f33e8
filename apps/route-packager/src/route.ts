/** What a package is made of: a route as plain data, out of a CoT event. */
import { attribute, hasAttribute, lastNamed, textOf, treeOfEvent } from '@cotbus/codec';
import type { Element } from '@cotbus/codec';
import { Kind } from '@cotbus/contracts';
import type { CotEvent, ReasonName } from '@cotbus/contracts';

export interface RoutePoint {
  /** Degrees WGS84. */
  readonly lat: number;
  readonly lon: number;
  /** Metres; undefined where nobody said. */
  readonly hae: number | undefined;
  /** Of a way point; empty for a control point, and where it has none. */
  readonly name: string;
}

export interface Route {
  readonly uid: string;
  readonly name: string;
  /** At least two. */
  readonly points: readonly RoutePoint[];
  /** 32 bits: alpha, red, green, blue. */
  readonly argb: number;
  /** Pixels. */
  readonly width: number;
  readonly method: string;
  readonly direction: string;
  readonly prefix: string;
  readonly remarks: string;
}

/** As the phone apps call a route without a callsign. */
const NAMELESS = 'Mesh Route';
/** Red and 3 pixels wide, as the phone apps draw it, where the route does not say. */
export const DEFAULT_ARGB = 0xffff0000;
export const DEFAULT_WIDTH = 3;
const MAX_WIDTH = 100;
/** Characters of a name on a map, and of a text in a description. */
const MAX_NAME = 200;
const MAX_TEXT = 2000;
/** Metres above the ellipsoid that can be; the unknown (9999999) is none. */
const HEIGHTS = { from: -12_000, to: 100_000 };

export type ReadRoute =
  | { readonly ok: true; readonly route: Route }
  | { readonly ok: false; readonly reason: ReasonName; readonly detail: string };

/** Also one that has no usable points left, and therefore is of another kind. */
export const isRoute = (event: CotEvent): boolean => event.kind === Kind.ROUTE || event.type === 'b-m-r';

/** A line that somebody drew; a closed one ends where it began. */
export const isDrawnLine = (event: CotEvent): boolean => event.type === 'u-d-f';

/**
 * Way points and control points in document order; those that cannot be on earth are left out.
 * Refused as `impossible`: no uid, fewer than two points.
 */
export const readRoute = (event: CotEvent): ReadRoute => {
  if (event.uid.trim() === '') return { ok: false, reason: 'impossible', detail: 'a route without a uid' };
  const { detail } = treeOfEvent(event);
  const links = routeLinks(detail);
  const points = links.map(readPoint).filter((point) => point !== undefined);
  if (points.length < 2) {
    const text = `${points.length} of ${links.length} points can be used, and a route has at least 2`;
    return { ok: false, reason: 'impossible', detail: text };
  }
  const said = (name: string): string =>
    (valueOf(detail, 'link_attr', name) || valueOf(detail, '__routeinfo', name)).slice(0, MAX_NAME);
  return {
    ok: true,
    route: {
      uid: event.uid,
      name: shorten(valueOf(detail, 'contact', 'callsign').trim() || event.callsign.trim(), MAX_NAME) || NAMELESS,
      points,
      argb: argbOf(valueOf(detail, 'strokeColor', 'value') || said('color')),
      width: widthOf(valueOf(detail, 'strokeWeight', 'value') || said('stroke')),
      method: said('method'),
      direction: said('direction'),
      prefix: said('prefix'),
      remarks: shorten(textOf(detail, 'remarks'), MAX_TEXT),
    },
  };
};

/** Cuts between characters, never within one. */
const shorten = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/\p{Cs}$/u, '')}…`;

const valueOf = (detail: readonly Element[], name: string, of: string): string =>
  attribute(lastNamed(detail, name), of);

const WAY_POINT = 'b-m-p-w';
const CONTROL_POINT = 'b-m-p-c';

/** Where no link says that it is a way point, every link with a point is one, but for those that refer to something else. */
const routeLinks = (detail: readonly Element[]): readonly Element[] => {
  const withPoint = detail.filter((e) => e.name === 'link' && hasAttribute(e, 'point'));
  const typed = withPoint.filter((e) => [WAY_POINT, CONTROL_POINT].includes(attribute(e, 'type')));
  if (typed.length > 0) return typed;
  return withPoint.filter(
    (e) => attribute(e, 'relation') !== 'p-p' && !attribute(e, 'type').startsWith('b-x-KmlStyle'),
  );
};

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

const numberOf = (text: string): number | undefined => (DECIMAL.test(text.trim()) ? Number(text) : undefined);

const readPoint = (link: Element): RoutePoint | undefined => {
  const [lat = '', lon = '', hae = ''] = attribute(link, 'point').split(',', 3);
  const isWayPoint = attribute(link, 'type') !== CONTROL_POINT;
  return readPlace(lat, lon, hae, isWayPoint ? attribute(link, 'callsign') : '');
};

/** @returns undefined for a place that is not on earth; a height that cannot be is none */
export const readPlace = (latText: string, lonText: string, haeText: string, name: string): RoutePoint | undefined => {
  const [lat, lon, hae] = [latText, lonText, haeText].map(numberOf);
  if (lat === undefined || lon === undefined || Math.abs(lat) > 90 || Math.abs(lon) > 180) return undefined;
  const isHeight = hae !== undefined && hae >= HEIGHTS.from && hae <= HEIGHTS.to;
  return { lat, lon, hae: isHeight ? hae : undefined, name: shorten(name.trim(), MAX_NAME) };
};

/** Signed or unsigned, as clients write it. */
const argbOf = (text: string): number => {
  const value = /^[+-]?\d{1,10}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= -0x80000000 && value <= 0xffffffff ? value >>> 0 : DEFAULT_ARGB;
};

const widthOf = (text: string): number => {
  const value = numberOf(text) ?? 0;
  return value > 0 && value <= MAX_WIDTH ? Math.round(value * 10) / 10 || DEFAULT_WIDTH : DEFAULT_WIDTH;
};
