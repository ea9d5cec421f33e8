/** `<track>`: how fast a node moves, and where to. */
import type { Fix } from '@cotbus/contracts';
import { element } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { buildDecimal } from '../cot/number.ts';

const KMH_PER_M_S = 3.6;
const TRACK_UNITS_PER_DEGREE = 1e5;
const FULL_CIRCLE_DEG = 360;
/** Above it the number is no speed of anything that carries a radio. */
const MAX_SPEED_KMH = 36_000;
/** 0.5 m/s: below it a course is noise, and all who stand still would point north. */
const MIN_SPEED_KMH = 0.5 * KMH_PER_M_S;

/** Metres a second and degrees, for who moves on a known course; `Position.ground_speed` is in km/h. */
export const buildTrack = ({ groundSpeedKmh, groundTrackE5 }: Fix): readonly Element[] => {
  const speedKmh = speedOf(groundSpeedKmh);
  const courseDeg = courseOf(groundTrackE5);
  if (speedKmh === undefined || courseDeg === undefined) return [];
  return [element('track', { speed: buildDecimal(speedKmh / KMH_PER_M_S, 2), course: buildDecimal(courseDeg, 2) })];
};

/** A speed without a course, for the remarks: a track without a course would point north. */
export const speedNote = ({ groundSpeedKmh, groundTrackE5 }: Fix): readonly string[] => {
  const speedKmh = speedOf(groundSpeedKmh);
  return speedKmh === undefined || courseOf(groundTrackE5) !== undefined ? [] : [`Speed: ${speedKmh} km/h`];
};

const speedOf = (kmh: number | undefined): number | undefined =>
  kmh !== undefined && kmh >= MIN_SPEED_KMH && kmh <= MAX_SPEED_KMH ? kmh : undefined;

const courseOf = (trackE5: number | undefined): number | undefined => {
  const degrees = trackE5 === undefined ? undefined : trackE5 / TRACK_UNITS_PER_DEGREE;
  return degrees !== undefined && degrees <= FULL_CIRCLE_DEG ? degrees : undefined;
};
