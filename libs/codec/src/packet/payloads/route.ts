/**
 * A route of way points and control points:
 *
 *     <link uid type="b-m-p-w" callsign point="LAT,LON,0" relation="c"/>…
 *     <link_attr method direction prefix stroke/> <remarks/> <__routeinfo><__navcues/></__routeinfo> …
 */
import { meshtastic } from '@cotbus/contracts';
import { attribute, element, lastNamed, remarksText } from '../../cot/element.ts';
import type { Element } from '../../cot/element.ts';
import type { EventTree } from '../../cot/event-tree.ts';
import { isWayPoint, pointLinks } from '../../cot/links.ts';
import type { PointLink } from '../../cot/links.ts';
import { buildScaled } from '../../cot/number.ts';
import { MAX_READ_POINTS, MAX_ROUTE_LINKS } from '../../limits.ts';
import { enumText } from '../enum-text.ts';
import type { Place } from '../../route/great-circle.ts';
import { tellingPlaces } from '../../route/telling-places.ts';
import { addDelta, buildPoint, degreesOf, deltaOf, latitudeI, longitudeI, parseUnits } from '../geo.ts';
import type { PointI } from '../geo.ts';
import type { Packet, Payload } from '../payload.ts';
import type { PacketProfile } from '../profile.ts';
import { markTruncated, parseTruncated } from '../truncated.ts';

const methods = enumText<meshtastic.Route_Method>(meshtastic.Route_MethodSchema);
const directions = enumText<meshtastic.Route_Direction>(meshtastic.Route_DirectionSchema);

const CONTROL_POINT = 1;
const DEFAULT_WEIGHT = '3';

export const route: Payload<'route'> = {
  parse: ({ lat, lon, detail }, profile) => {
    const points = wayPoints(detail);
    const origin = { latitudeI: latitudeI(lat), longitudeI: longitudeI(lon) };
    const said = (name: string): string =>
      attribute(lastNamed(detail, 'link_attr'), name) || attribute(lastNamed(detail, '__routeinfo'), name);
    return {
      $typeName: 'meshtastic.Route',
      method: methods.number(said('method')),
      direction: directions.number(said('direction')),
      prefix: said('prefix'),
      strokeWeightX10: parseWeight(detail),
      links: sentPoints(points, profile).map((point) => linkOf(point, origin)),
      truncated: points.length > MAX_ROUTE_LINKS || parseTruncated(remarksText(detail)).isTruncated,
    };
  },

  // ATAK wants the links first and the contact behind the route's own elements.
  build: (value, packet) => {
    const weight = value.strokeWeightX10 === 0 ? undefined : buildScaled(value.strokeWeightX10, 1);
    const remarks = value.truncated ? markTruncated(packet.remarks) : packet.remarks;
    return [
      ...value.links.slice(0, MAX_READ_POINTS).map((link, i) => buildLink(link, i, packet)),
      element('link_attr', {
        method: methods.text(value.method),
        direction: directions.text(value.direction),
        prefix: value.prefix || undefined,
        stroke: weight,
      }),
      element('remarks', {}, remarks),
      element('__routeinfo', {}, [element('__navcues')]),
      element('strokeColor', { value: '-1' }),
      element('strokeWeight', { value: weight ?? DEFAULT_WEIGHT }),
      element('strokeStyle', { value: 'solid' }),
      ...(packet.callsign === ''
        ? []
        : [element('contact', { callsign: packet.callsign, phone: packet.phone || undefined })]),
      element('labels_on', { value: 'false' }),
      element('color', { value: '-1' }),
    ];
  },
};

/** Way points and control points, in document order. */
const wayPoints = (detail: readonly Element[]): readonly PointLink[] =>
  pointLinks(detail).filter(({ link }) => isWayPoint(link));

/** All points of a route, also those that its packet has no room for. */
export const allLinks = ({ lat, lon, detail }: EventTree): meshtastic.Route_Link[] =>
  wayPoints(detail).map((point) => linkOf(point, { latitudeI: latitudeI(lat), longitudeI: longitudeI(lon) }));

const linkOf = ({ lat, lon, link }: PointLink, origin: PointI): meshtastic.Route_Link => ({
  $typeName: 'meshtastic.Route.Link',
  point: {
    $typeName: 'meshtastic.CotGeoPoint',
    latDeltaI: deltaOf(origin.latitudeI, latitudeI(lat)),
    lonDeltaI: deltaOf(origin.longitudeI, longitudeI(lon)),
  },
  uid: attribute(link, 'uid'),
  callsign: attribute(link, 'callsign'),
  linkType: isControl(link) ? CONTROL_POINT : 0,
});

const isControl = (link: Element | undefined): boolean => attribute(link, 'type') === 'b-m-p-c';

/** Of more than a packet takes those that tell the most of the course; the published SDK takes the first ones. */
const sentPoints = (points: readonly PointLink[], { asSdk }: PacketProfile): readonly PointLink[] => {
  if (points.length <= MAX_ROUTE_LINKS || asSdk) return points.slice(0, MAX_ROUTE_LINKS);
  const kept = tellingPlaces(points, MAX_ROUTE_LINKS, (at) => !isControl(points[at]?.link));
  return kept.flatMap((at) => points[at] ?? []);
};

/** Of several the later one; `link_attr` with a whole number or a decimal. */
const parseWeight = (detail: readonly Element[]): number => {
  let weight = 0;
  for (const e of detail) {
    if (e.name === 'strokeWeight') weight = parseUnits(attribute(e, 'value'), 10);
    if (e.name === 'link_attr') weight = parseUnits(attribute(e, 'stroke'), 10) || weight;
  }
  return weight;
};

const buildLink = (link: meshtastic.Route_Link, index: number, packet: Packet): Element =>
  element('link', {
    uid: link.uid || `${packet.uid}-${index}`,
    type: link.linkType === CONTROL_POINT ? 'b-m-p-c' : 'b-m-p-w',
    callsign: link.callsign || undefined,
    point: `${buildPoint(routePoint(link, packet))},0`,
    relation: 'c',
  });

/** The absolute position of a way point. */
export const routePoint = ({ point }: meshtastic.Route_Link, origin: PointI): PointI => ({
  latitudeI: addDelta(origin.latitudeI, point?.latDeltaI ?? 0),
  longitudeI: addDelta(origin.longitudeI, point?.lonDeltaI ?? 0),
});

/** Degrees. */
export const linkPlace = (link: meshtastic.Route_Link, origin: PointI): Place => {
  const { latitudeI: lat, longitudeI: lon } = routePoint(link, origin);
  return { lat: degreesOf(lat), lon: degreesOf(lon) };
};
