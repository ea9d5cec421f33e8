/** Distances on the globe, also across the antimeridian and over the poles. */

/** Degrees WGS84. */
export interface Place {
  readonly lat: number;
  readonly lon: number;
}

/** Metres: the mean radius of the Earth (IUGG). */
const EARTH_M = 6_371_008.8;
const RADIANS = Math.PI / 180;

type Vector = readonly [x: number, y: number, z: number];

export const toVector = ({ lat, lon }: Place): Vector => {
  const [phi, lambda] = [lat * RADIANS, lon * RADIANS];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
};

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const length = (a: Vector): number => Math.sqrt(dot(a, a));
const metres = (sine: number): number => Math.asin(Math.min(sine, 1)) * EARTH_M;
const between = (a: Vector, b: Vector): number => 2 * metres(length(minus(a, b)) / 2);

/** Metres from a point to the shortest line between two others; unit vectors of `toVector`. */
export const distanceToArc = (point: Vector, start: Vector, end: Vector): number => {
  const nearestEnd = Math.min(between(point, start), between(point, end));
  // The end minus the start has more digits than the two themselves.
  const normal = cross(start, minus(end, start));
  const size = length(normal);
  const isBeside = size > 0 && dot(cross(normal, start), point) > 0 && dot(cross(normal, end), point) < 0;
  return isBeside ? Math.min(metres(Math.abs(dot(normal, minus(point, start))) / size), nearestEnd) : nearestEnd;
};
