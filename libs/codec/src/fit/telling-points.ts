/** Which points of a line tell the most of its course. */

export interface PlanePoint {
  readonly x: number;
  readonly y: number;
}

/** The positions of the heaviest, in their order. */
export const mostTelling = (weight: readonly number[], most: number): readonly number[] =>
  weight
    .map((_, at) => at)
    .sort((one, other) => (weight[other] ?? 0) - (weight[one] ?? 0) || one - other)
    .slice(0, most)
    .sort((one, other) => one - other);

/** How far a point is from the line between two others. */
type Distance<P> = (point: P, start: P, end: P) => number;

/**
 * How far the line would be from each point without it (Douglas and Peucker), in the unit of the distance; the ends weigh
 * more than any. No point weighs more than the one that its stretch was split at.
 */
export const pointWeights = <P>(points: readonly P[], distance: Distance<P>): readonly number[] => {
  const weight = points.map(() => 0);
  const last = points.length - 1;
  weight[0] = Number.MAX_SAFE_INTEGER;
  weight[last] = Number.MAX_SAFE_INTEGER;
  const stretches = [{ from: 0, to: last, cap: Number.POSITIVE_INFINITY }];
  for (let stretch = stretches.pop(); stretch !== undefined; stretch = stretches.pop()) {
    const { from, to, cap } = stretch;
    const { at, far } = farthest(points, from, to, distance);
    if (at === undefined) continue;
    const capped = Math.min(far, cap);
    weight[at] = capped;
    stretches.push({ from, to: at, cap: capped }, { from: at, to, cap: capped });
  }
  return weight;
};

const farthest = <P>(points: readonly P[], from: number, to: number, distance: Distance<P>) => {
  const [start, end] = [points[from], points[to]];
  let found: { at: number | undefined; far: number } = { at: undefined, far: -1 };
  if (start === undefined || end === undefined) return found;
  for (let at = from + 1; at < to; at += 1) {
    const point = points[at];
    const far = point === undefined ? 0 : distance(point, start, end);
    if (far > found.far) found = { at, far };
  }
  return found;
};

/** On a plane, in the unit of the points. */
export const distanceToLine = (point: PlanePoint, start: PlanePoint, end: PlanePoint): number => {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point.x - start.x) * dx + (point.y - start.y) * dy) / length;
  const part = Math.min(Math.max(along, 0), 1);
  return Math.hypot(point.x - start.x - part * dx, point.y - start.y - part * dy);
};
