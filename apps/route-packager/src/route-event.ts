/**
 * A route as a CoT event, as ATAK's importer reads it: links first, then a `link_attr` with every attribute, for it takes
 * `color` as a number without looking whether it is there.
 */
import { buildTreeXml, element } from '@cotbus/codec';
import type { Element } from '@cotbus/codec';
import { Kind } from '@cotbus/contracts';
import type { Route, RoutePoint } from './route.ts';

const DAY_MS = 24 * 60 * 60_000;
/** How CoT writes an unknown height or error. */
const UNKNOWN = 9_999_999;

/** One event as XML. @param nowMs wall clock */
export const buildRouteEvent = (route: Route, nowMs: number): string => {
  const { uid, points } = route;
  const [first] = points;
  return buildTreeXml({
    uid,
    type: 'b-m-r',
    how: 'h-e',
    kind: Kind.ROUTE,
    timeMs: nowMs,
    startMs: nowMs,
    staleMs: nowMs + DAY_MS,
    olderMs: 0,
    staleAfterMs: 0,
    lat: first?.lat ?? 0,
    lon: first?.lon ?? 0,
    hae: first?.hae ?? UNKNOWN,
    ce: UNKNOWN,
    le: UNKNOWN,
    access: '',
    qos: '',
    opex: '',
    detail: detailOf(route),
  });
};

const detailOf = (route: Route): readonly Element[] => {
  const { points, name, width, remarks } = route;
  const color = String(route.argb | 0);
  return [
    ...points.map((point, at) => linkOf(point, at, route)),
    element('link_attr', {
      method: route.method || 'Driving',
      direction: route.direction || 'Infil',
      prefix: route.prefix || 'CP',
      color,
      type: 'Vehicle',
      routetype: 'Primary',
      planningmethod: 'Infil',
      order: 'Ascending Check Points',
      stroke: String(Math.max(1, Math.round(width))),
    }),
    element('strokeColor', { value: color }),
    element('strokeWeight', { value: width.toFixed(1) }),
    element('__routeinfo', {}, [element('__navcues')]),
    element('contact', { callsign: name }),
    element('remarks', {}, remarks),
    element('archive'),
    element('labels_on', { value: 'false' }),
  ];
};

/** Both ends and what has a name are way points, the others only shape the line. */
const linkOf = ({ lat, lon, hae, name }: RoutePoint, at: number, { uid, points }: Route): Element => {
  const isWayPoint = name !== '' || at === 0 || at === points.length - 1;
  const place = [lat.toFixed(7), lon.toFixed(7), ...(hae === undefined ? [] : [hae.toFixed(1)])];
  return element('link', {
    uid: `${uid}-${at}`,
    type: isWayPoint ? 'b-m-p-w' : 'b-m-p-c',
    callsign: name,
    point: place.join(','),
    remarks: '',
    relation: 'c',
  });
};
