/** Where a node is, in the terms of CoT. */
import { meshtastic } from '@cotbus/contracts';
import type { Fix } from '@cotbus/contracts';
import { UNKNOWN_M } from '../cot/number.ts';
import { MAX_LATITUDE_I, MAX_LONGITUDE_I, degreesOf } from '../packet/geo.ts';

export interface Place {
  readonly lat: number;
  readonly lon: number;
  readonly hae: number;
  readonly ce: number;
  readonly le: number;
}

/** Null island with unknown accuracy: what CoT says for "somewhere". */
export const NOWHERE: Place = { lat: 0, lon: 0, hae: UNKNOWN_M, ce: UNKNOWN_M, le: UNKNOWN_M };

const FULL_PRECISION_BITS = 32;
const METRES_PER_DEGREE = 111_319;
/** Metres of error for an HDOP of 1. */
const METRES_PER_HDOP = 5;
/** Metres: below the deepest mine and above every balloon there is no radio. */
const MIN_HEIGHT_M = -5_000;
const MAX_HEIGHT_M = 100_000;

/** Undefined when there is no position, none on the globe, or the artefact of one that was masked to nothing. */
export const placeOf = (fix: Fix | undefined): Place | undefined => {
  if (fix === undefined) return undefined;
  const { latitudeI, longitudeI, precisionBits } = fix;
  if (latitudeI === 0 && longitudeI === 0) return undefined;
  if (Math.abs(latitudeI) > MAX_LATITUDE_I || Math.abs(longitudeI) > MAX_LONGITUDE_I) return undefined;
  // Firmware moves a coarse position to the middle of its cell, also the 0, 0 of a node that has none.
  const middle = isCoarse(precisionBits) ? 2 ** (FULL_PRECISION_BITS - 1 - precisionBits) : 0;
  if (middle !== 0 && latitudeI === middle && longitudeI === middle) return undefined;
  const hae = heightOf(fix);
  return { lat: degreesOf(latitudeI), lon: degreesOf(longitudeI), hae, ce: errorOf(fix), le: UNKNOWN_M };
};

const isCoarse = (precisionBits: number): boolean => precisionBits > 0 && precisionBits < FULL_PRECISION_BITS;

/** Metres above the ellipsoid; a height above the sea alone differs by up to 106 m, so it is not one. */
const heightOf = ({ altitudeHaeM, altitudeMslM, geoidSeparationM }: Fix): number => {
  const known =
    altitudeMslM === undefined || geoidSeparationM === undefined ? undefined : altitudeMslM + geoidSeparationM;
  const height = altitudeHaeM ?? known;
  return height !== undefined && isHeight(height) ? height : UNKNOWN_M;
};

const isHeight = (metres: number): boolean => metres >= MIN_HEIGHT_M && metres <= MAX_HEIGHT_M;

/** Metres above the sea, when that is all that is known of the height. */
export const seaHeightOf = (fix: Fix): number | undefined =>
  fix.altitudeMslM !== undefined && isHeight(fix.altitudeMslM) && heightOf(fix) === UNKNOWN_M
    ? fix.altitudeMslM
    : undefined;

/** Metres: the larger of half the diagonal of the precision cell and the dilution of the fix. */
const errorOf = ({ precisionBits, hdopE2 }: Fix): number => {
  const cellM = 2 ** (FULL_PRECISION_BITS - precisionBits) * 1e-7 * METRES_PER_DEGREE;
  const coarse = isCoarse(precisionBits) ? (cellM / 2) * Math.SQRT2 : 0;
  const error = Math.max(coarse, (hdopE2 / 100) * METRES_PER_HDOP);
  return error === 0 ? UNKNOWN_M : Math.min(Math.round(error * 10) / 10, UNKNOWN_M);
};

/** Fixed by hand: entered by a human (`h-e`), not measured. */
export const isManual = (fix: Fix | undefined): boolean =>
  fix?.locationSource === meshtastic.Position_LocSource.LOC_MANUAL;
