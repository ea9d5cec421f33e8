/** Vertices of a drawing: generation A lists them one by one, B in two packed columns; both relative to the event. */
import type { meshtastic } from '@cotbus/contracts';
import { attribute, lastNamed } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import type { EventTree } from '../cot/event-tree.ts';
import { pointLinks } from '../cot/links.ts';
import { parseDecimal } from '../cot/number.ts';
import { MAX_READ_POINTS, MAX_VERTICES } from '../limits.ts';
import { addDelta, deltaOf, latitudeI, longitudeI } from './geo.ts';
import type { PointI } from './geo.ts';
import type { PacketProfile } from './profile.ts';

interface Degrees {
  readonly lat: number;
  readonly lon: number;
}

/** `<shape><polyline closed="true"><vertex lat lon/>…`: the other form in which clients write a drawing. */
const polyline = (detail: readonly Element[]): readonly Degrees[] => {
  const line = lastNamed(lastNamed(detail, 'shape')?.children ?? [], 'polyline');
  const points = (line?.children ?? []).flatMap((vertex) => {
    const lat = parseDecimal(attribute(vertex, 'lat'));
    const lon = parseDecimal(attribute(vertex, 'lon'));
    return vertex.name !== 'vertex' || lat === undefined || lon === undefined ? [] : [{ lat, lon }];
  });
  const [first] = points;
  return first !== undefined && attribute(line, 'closed') === 'true' ? [...points, first] : points;
};

/** The first 32 points, of links or else of a polyline. */
export const parseVertices = (event: EventTree, { schema }: PacketProfile) => {
  const links: readonly Degrees[] = pointLinks(event.detail);
  const points = links.length === 0 ? polyline(event.detail) : links;
  const [originLat, originLon] = [latitudeI(event.lat), longitudeI(event.lon)];
  const sent = points.slice(0, MAX_VERTICES);
  const lats = sent.map(({ lat }) => deltaOf(originLat, latitudeI(lat)));
  const lons = sent.map(({ lon }) => deltaOf(originLon, longitudeI(lon)));
  const truncated = points.length > MAX_VERTICES;
  return schema === 'b'
    ? { vertices: [], vertexLatDeltas: lats, vertexLonDeltas: lons, truncated }
    : { vertices: pairs(lats, lons), vertexLatDeltas: [], vertexLonDeltas: [], truncated };
};

const pairs = (lats: readonly number[], lons: readonly number[]): meshtastic.CotGeoPoint[] =>
  lats.map((latDeltaI, i) => ({ $typeName: 'meshtastic.CotGeoPoint', latDeltaI, lonDeltaI: lons[i] ?? 0 }));

/** Absolute positions, whichever generation wrote them; more than any sender may send are cut. */
export const buildVertices = (shape: meshtastic.DrawnShape, origin: PointI): readonly PointI[] => {
  const { vertexLatDeltas: lats, vertexLonDeltas: lons, vertices } = shape;
  const pointAt = (lat: number, lon: number): PointI => ({
    latitudeI: addDelta(origin.latitudeI, lat),
    longitudeI: addDelta(origin.longitudeI, lon),
  });
  return lats.length > 0
    ? lats.slice(0, Math.min(lons.length, MAX_READ_POINTS)).map((lat, i) => pointAt(lat, lons[i] ?? 0))
    : vertices.slice(0, MAX_READ_POINTS).map(({ latDeltaI, lonDeltaI }) => pointAt(latDeltaI, lonDeltaI));
};
