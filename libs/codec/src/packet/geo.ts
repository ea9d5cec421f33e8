/** Degrees and other decimals ↔ the integers of the mesh. */

const INT32_MAX = 0x7fffffff;
const UNITS_PER_DEGREE = 1e7;
/** 1e-7 degrees. */
export const MAX_LATITUDE_I = 90 * UNITS_PER_DEGREE;
/** 1e-7 degrees. */
export const MAX_LONGITUDE_I = 180 * UNITS_PER_DEGREE;

/** Halves go up, also below zero; then held within signed 32 bits. */
export const roundInt32 = (value: number): number =>
  Math.min(Math.max(Math.round(value), -INT32_MAX - 1), INT32_MAX) + 0;

/** As `roundInt32`, and never below 0. */
export const roundUnsigned = (value: number): number => Math.max(roundInt32(value), 0);

/** Degrees → 1e-7 degrees, held within ±90. */
export const latitudeI = (degrees: number): number =>
  Math.round(Math.min(Math.max(degrees, -90), 90) * UNITS_PER_DEGREE);
/** Degrees → 1e-7 degrees, held within ±180. */
export const longitudeI = (degrees: number): number =>
  Math.round(Math.min(Math.max(degrees, -180), 180) * UNITS_PER_DEGREE);

export const degreesOf = (coordinateI: number): number => coordinateI / UNITS_PER_DEGREE;
