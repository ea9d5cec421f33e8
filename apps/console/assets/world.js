/** The coasts and borders of the world, and a grid: a map without any network. Pure. */
import { mercatorX, mercatorY } from './mercator.js';

/** Lines of the grid across the map, at least. */
const GRID_LINES = 3;
/** Round distances between the lines, degrees. */
const STEPS = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];

/** The largest round step that gives enough lines. */
export const gridStep = (spanDegrees) => STEPS.find((step) => spanDegrees / step >= GRID_LINES) ?? STEPS.at(-1);

/** Multiples of the step in between. */
export const gridLines = (from, to, step) => {
  const lines = [];
  for (let index = Math.ceil(from / step); index * step <= to && lines.length < 200; index += 1) {
    lines.push(index * step);
  }
  return lines;
};

/**
 * Every ring of the countries as points of the unit square, with the box around them.
 * @param geojson a feature collection of polygons and multipolygons
 */
export const ringsOf = ({ features }) =>
  features
    .flatMap(({ geometry }) => (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates))
    .flat()
    .map(readRing);

const readRing = (coordinates) => {
  const points = new Float64Array(coordinates.length * 2);
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const [index, [lon, lat]] of coordinates.entries()) {
    const x = mercatorX(lon);
    const y = mercatorY(lat);
    points[2 * index] = x;
    points[2 * index + 1] = y;
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return { points, ...box };
};
