/** Degrees and other decimals ↔ the integers of the mesh. */
import { buildScaled, parseDecimal } from '../cot/number.ts';

const INT32_MAX = 0x7fffffff;
const UNITS_PER_DEGREE = 1e7;
const COORDINATE_DIGITS = 7;
/** 1e-7 degrees. */
export const MAX_LATITUDE_I = 90 * UNITS_PER_DEGREE;
/** 1e-7 degrees. */
export const MAX_LONGITUDE_I = 180 * UNITS_PER_DEGREE;

/** Halves go up, also below zero; then held within signed 32 bits. */
export const roundInt32 = (value: number): number =>
  Math.min(Math.max(Math.round(value), -INT32_MAX - 1), INT32_MAX) + 0;

/** As `roundInt32`, and never below 0. */
export const roundUnsigned = (value: number): number => Math.max(roundInt32(value), 0);

/** A decimal text in units of 1/`perUnit`, never below 0; 0 for what is no number. */
export const parseUnits = (text: string, perUnit: number): number =>
  text === '' ? 0 : roundUnsigned((parseDecimal(text) ?? 0) * perUnit);

/** Degrees → 1e-7 degrees, held within ±90. */
export const latitudeI = (degrees: number): number =>
  Math.round(Math.min(Math.max(degrees, -90), 90) * UNITS_PER_DEGREE);
/** Degrees → 1e-7 degrees, held within ±180. */
export const longitudeI = (degrees: number): number =>
  Math.round(Math.min(Math.max(degrees, -180), 180) * UNITS_PER_DEGREE);

export const degreesOf = (coordinateI: number): number => coordinateI / UNITS_PER_DEGREE;

/** A position of the packet, in 1e-7 degrees. */
export interface PointI {
  readonly latitudeI: number;
  readonly longitudeI: number;
}

/** From one coordinate to another, in the protocol's 32-bit arithmetic: across the antimeridian it wraps. */
export const deltaOf = (fromI: number, toI: number): number => (toI - fromI) | 0;
/** The other way round. */
export const addDelta = (fromI: number, deltaI: number): number => (fromI + deltaI) | 0;

export const isOnGlobe = ({ latitudeI: lat, longitudeI: lon }: PointI): boolean =>
  Math.abs(lat) <= MAX_LATITUDE_I && Math.abs(lon) <= MAX_LONGITUDE_I;

/** `33.1284,-107.2528`, as `link@point` has it. */
export const buildPoint = ({ latitudeI: lat, longitudeI: lon }: PointI): string =>
  `${buildScaled(lat, COORDINATE_DIGITS)},${buildScaled(lon, COORDINATE_DIGITS)}`;
