/** Fewer points of a line, those first that change its course the least. */
import type { meshtastic } from '@cotbus/contracts';
import { MAX_READ_POINTS } from '../limits.ts';
import type { Packet } from '../packet/payload.ts';
import { linkPlace } from '../packet/payloads/route.ts';
import { tellingPlaces } from '../route/telling-places.ts';
import { distanceToLine, mostTelling, pointWeights } from './telling-points.ts';
import type { PlanePoint } from './telling-points.ts';

/** A triangle that is closed, a rectangle. */
const MIN_VERTICES = 4;
/** A route of that many way points keeps them all. */
const MIN_WAY_POINTS = 6;

/** 1e-7 degrees → radians. */
const RADIANS = Math.PI / 180 / 1e7;

/** A drawing with at most so many vertices and its `truncated` set; the packet itself when it has no more. */
export const fewerVertices =
  (most: number) =>
  (packet: Packet): Packet => {
    const { case: name, value } = packet.payloadVariant;
    if (name !== 'shape') return packet;
    const { vertexLatDeltas: lats, vertexLonDeltas: lons, vertices } = value;
    const count = Math.max(lats.length, vertices.length);
    if (count <= Math.max(most, MIN_VERTICES)) return packet;
    const points =
      lats.length > 0
        ? lats.map((lat, at) => pointOf(packet, lat, lons[at] ?? 0))
        : vertices.map((vertex) => pointOf(packet, vertex.latDeltaI, vertex.lonDeltaI));
    const kept = mostTelling(weights(points), Math.max(most, MIN_VERTICES));
    const fewer = {
      ...value,
      vertexLatDeltas: pick(lats, kept),
      vertexLonDeltas: pick(lons, kept),
      vertices: pick(vertices, kept),
      truncated: true,
    };
    return { ...packet, payloadVariant: { case: name, value: fewer } };
  };

const CONTROL_POINT = 1;

/** A route with at most so many points and its `truncated` set: control points go before way points. */
export const fewerWayPoints =
  (most: number) =>
  (packet: Packet): Packet => {
    const { case: name, value } = packet.payloadVariant;
    if (name !== 'route' || value.links.length <= Math.max(most, MIN_WAY_POINTS)) return packet;
    const { links } = value;
    // What no receiver reads is no part of the line.
    const places = links.slice(0, MAX_READ_POINTS).map((link) => linkPlace(link, packet));
    const kept = tellingPlaces(places, Math.max(most, MIN_WAY_POINTS), (at) => !isControlPoint(links[at]));
    const fewer = { ...value, links: pick(links, kept), truncated: true };
    return { ...packet, payloadVariant: { case: name, value: fewer } };
  };

const isControlPoint = (link: meshtastic.Route_Link | undefined): boolean => link?.linkType === CONTROL_POINT;

const pointOf = ({ latitudeI }: Packet, latDeltaI: number, lonDeltaI: number): PlanePoint => ({
  x: lonDeltaI * Math.cos(latitudeI * RADIANS),
  y: latDeltaI,
});

const pick = <T>(list: readonly T[], kept: readonly number[]): T[] =>
  kept.filter((at) => at < list.length).map((at) => list[at] as T);

/** 1e-7 degrees of latitude, in both directions. Points that no receiver reads have no weight. */
const weights = (points: readonly PlanePoint[]): readonly number[] =>
  pointWeights(points.slice(0, MAX_READ_POINTS), distanceToLine);
