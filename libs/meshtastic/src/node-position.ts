/** Port 3 and the positions in node dumps: what of them is a fix. */
import type { Fix } from '@cotbus/contracts';
import { meshtastic } from '@cotbus/contracts';

/** A fix without its age. */
export type FixFields = Omit<Fix, '$typeName' | '$unknown' | 'ageMs'>;

export type PositionReading =
  | { readonly kind: 'fix'; readonly fix: FixFields; readonly epochSeconds: number }
  /** No coordinates: the node has no fix, does not share it, or only tells the time. */
  | { readonly kind: 'none' }
  | { readonly kind: 'impossible'; readonly detail: string };

const MAX_LATITUDE_I = 900_000_000;
const MAX_LONGITUDE_I = 1_800_000_000;
const MAX_TRACK_E5 = 36_000_000;
const EXACT_BITS = 32;

export const readPosition = (position: meshtastic.Position): PositionReading => {
  // The radio's own storage drops a coordinate that is exactly 0: one of the two alone may be missing.
  const latitudeI = position.latitudeI ?? 0;
  const longitudeI = position.longitudeI ?? 0;
  if (latitudeI === 0 && longitudeI === 0) return { kind: 'none' };
  if (Math.abs(latitudeI) > MAX_LATITUDE_I || Math.abs(longitudeI) > MAX_LONGITUDE_I) {
    return { kind: 'impossible', detail: `coordinates ${latitudeI}, ${longitudeI} (1e-7 degrees) are not on Earth` };
  }
  const precisionBits = position.precisionBits > EXACT_BITS ? 0 : position.precisionBits;
  if (isEmptyCell(latitudeI, longitudeI, precisionBits)) {
    return { kind: 'impossible', detail: `coordinates are the middle of the cell at 0, 0 with ${precisionBits} bits` };
  }
  return {
    kind: 'fix',
    fix: { latitudeI, longitudeI, precisionBits, ...motionOf(position), ...heightOf(position) },
    epochSeconds: timeOf(position),
  };
};

/** A position that was reset to 0, 0 and then rounded to the middle of its cell. */
const isEmptyCell = (latitudeI: number, longitudeI: number, bits: number): boolean =>
  bits > 0 && bits < EXACT_BITS && latitudeI === 2 ** (31 - bits) && longitudeI === latitudeI;

const motionOf = ({ groundSpeed, groundTrack, locationSource, HDOP }: meshtastic.Position) => ({
  ...(groundSpeed === undefined ? {} : { groundSpeedKmh: groundSpeed }),
  ...(groundTrack === undefined || groundTrack > MAX_TRACK_E5 ? {} : { groundTrackE5: groundTrack }),
  locationSource,
  hdopE2: HDOP,
});

const heightOf = ({ altitude, altitudeHae, altitudeGeoidalSeparation }: meshtastic.Position) => ({
  ...(altitude === undefined ? {} : { altitudeMslM: altitude }),
  ...(altitudeHae === undefined ? {} : { altitudeHaeM: altitudeHae }),
  ...(altitudeGeoidalSeparation === undefined ? {} : { geoidSeparationM: altitudeGeoidalSeparation }),
});

/** When the fix was made, else when it was sent: a position set by hand is true whenever it is sent. */
const timeOf = ({ time, timestamp, locationSource }: meshtastic.Position): number =>
  timestamp === 0 || locationSource === meshtastic.Position_LocSource.LOC_MANUAL ? time : timestamp;
