/** Which places of a route tell the most of its course, and how far off the line is without the others. */
import { mostTelling, pointWeights } from '../fit/telling-points.ts';
import { distanceToArc, toVector } from './great-circle.ts';
import type { Place } from './great-circle.ts';

/** Metres; no point of the globe is farther from another one. */
export const BEYOND_EVERY_PLACE = 20_100_000;

/** How far the line would be from each place without it, in metres; the ends weigh more than any. */
export const placeWeights = (places: readonly Place[]): readonly number[] =>
  pointWeights(places.map(toVector), distanceToArc);

/**
 * Positions of at most so many places of a route, in their order: both ends, then those that are more than a marker of
 * the course, then the others by what they tell of it.
 */
export const tellingPlaces = (
  places: readonly Place[],
  most: number,
  isWanted: (at: number) => boolean,
): readonly number[] =>
  mostTelling(
    placeWeights(places).map((weight, at) => (isWanted(at) ? weight + BEYOND_EVERY_PLACE : weight)),
    most,
  );

/** Metres that the line through the kept places is off the others at most; `kept` in order, with both ends. */
export const lineLoss = (places: readonly Place[], kept: readonly number[]): number => {
  const vectors = places.map(toVector);
  let most = 0;
  for (const [at, to] of kept.entries()) {
    const [start, end] = [vectors[kept[at - 1] ?? to], vectors[to]];
    for (const point of vectors.slice((kept[at - 1] ?? to) + 1, to)) {
      if (start !== undefined && end !== undefined) most = Math.max(most, distanceToArc(point, start, end));
    }
  }
  return most;
};
