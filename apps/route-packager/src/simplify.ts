/** Fewer points of a route, those first that change its course the least. */
import { mostTelling, pointWeights } from '@cotbus/codec';
import type { Route, RoutePoint } from './route.ts';

const RADIANS = Math.PI / 180;
/** Degrees on the plane; no point is farther from a line. */
const BEYOND_EVERY_POINT = 1000;

/** At most so many points: both ends, then those with a name, then the rest by how far the line would be from them. */
export const simplify = (route: Route, most: number): Route => {
  const { points } = route;
  if (points.length <= most) return route;
  const weight = pointWeights(onPlane(points)).map((degrees, at) =>
    points[at]?.name === '' ? degrees : degrees + BEYOND_EVERY_POINT,
  );
  return { ...route, points: mostTelling(weight, most).flatMap((at) => points[at] ?? []) };
};

/** Where the line crosses the antimeridian, longitudes go on beyond 180. */
const onPlane = (points: readonly RoutePoint[]) => {
  const width = Math.cos((points[0]?.lat ?? 0) * RADIANS);
  let before = points[0]?.lon ?? 0;
  return points.map(({ lat, lon }) => {
    before = lon + 360 * Math.round((before - lon) / 360);
    return { x: before * width, y: lat };
  });
};
