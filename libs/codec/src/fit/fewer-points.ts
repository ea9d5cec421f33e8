/** Fewer points of a line, those first that change its course the least. */
import type { meshtastic } from '@cotbus/contracts';
import { MAX_READ_POINTS } from '../limits.ts';
import type { Packet } from '../packet/payload.ts';

/** A triangle that is closed, a rectangle. */
const MIN_VERTICES = 4;
/** A route of that many way points keeps them all. */
const MIN_WAY_POINTS = 6;

interface Point {
  /** 1e-7 degrees of latitude, in both directions: from the place of the event. */
  readonly x: number;
  readonly y: number;
}

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
    const points = links.map(({ point }) => pointOf(packet, point?.latDeltaI ?? 0, point?.lonDeltaI ?? 0));
    const weight = weights(points).map((metres, at) => (isControlPoint(links[at]) ? metres : metres + HALF_THE_GLOBE));
    const kept = mostTelling(weight, Math.max(most, MIN_WAY_POINTS));
    const fewer = { ...value, links: pick(links, kept), truncated: true };
    return { ...packet, payloadVariant: { case: name, value: fewer } };
  };

const isControlPoint = (link: meshtastic.Route_Link | undefined): boolean => link?.linkType === CONTROL_POINT;

/** 1e-7 degrees; no point is farther from a line. */
const HALF_THE_GLOBE = 180e7 * 2;

const pointOf = ({ latitudeI }: Packet, latDeltaI: number, lonDeltaI: number): Point => ({
  x: lonDeltaI * Math.cos(latitudeI * RADIANS),
  y: latDeltaI,
});

const pick = <T>(list: readonly T[], kept: readonly number[]): T[] =>
  kept.filter((at) => at < list.length).map((at) => list[at] as T);

/** The positions of the heaviest, in their order. */
const mostTelling = (weight: readonly number[], most: number): readonly number[] =>
  weight
    .map((_, at) => at)
    .sort((one, other) => (weight[other] ?? 0) - (weight[one] ?? 0) || one - other)
    .slice(0, most)
    .sort((one, other) => one - other);

/**
 * How far the line would be from each point without it (Douglas and Peucker), in 1e-7 degrees of latitude; the ends weigh
 * more than any. Points that no receiver reads have no weight. No point weighs more than the one that its stretch was split at.
 */
const weights = (all: readonly Point[]): readonly number[] => {
  const points = all.slice(0, MAX_READ_POINTS);
  const weight = points.map(() => 0);
  const last = points.length - 1;
  weight[0] = Number.MAX_SAFE_INTEGER;
  weight[last] = Number.MAX_SAFE_INTEGER;
  const stretches = [{ from: 0, to: last, cap: HALF_THE_GLOBE }];
  for (let stretch = stretches.pop(); stretch !== undefined; stretch = stretches.pop()) {
    const { from, to, cap } = stretch;
    const { at, distance } = farthest(points, from, to);
    if (at === undefined) continue;
    const capped = Math.min(distance, cap);
    weight[at] = capped;
    stretches.push({ from, to: at, cap: capped }, { from: at, to, cap: capped });
  }
  return weight;
};

const farthest = (points: readonly Point[], from: number, to: number) => {
  const [start, end] = [points[from], points[to]];
  let found: { at: number | undefined; distance: number } = { at: undefined, distance: -1 };
  if (start === undefined || end === undefined) return found;
  for (let at = from + 1; at < to; at += 1) {
    const point = points[at];
    const distance = point === undefined ? 0 : distanceToLine(point, start, end);
    if (distance > found.distance) found = { at, distance };
  }
  return found;
};

const distanceToLine = (point: Point, start: Point, end: Point): number => {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point.x - start.x) * dx + (point.y - start.y) * dy) / length;
  const part = Math.min(Math.max(along, 0), 1);
  return Math.hypot(point.x - start.x - part * dx, point.y - start.y - part * dy);
};
