/** Fewer points of a route, those first that change its course the least. */
import { tellingPlaces } from '@cotbus/codec';
import type { Route } from './route.ts';

/** At most so many points: both ends, then those with a name, then the rest by how far the line would be from them. */
export const simplify = (route: Route, most: number): Route => {
  const { points } = route;
  if (points.length <= most) return route;
  const kept = tellingPlaces(points, most, (at) => points[at]?.name !== '');
  return { ...route, points: kept.flatMap((at) => points[at] ?? []) };
};
