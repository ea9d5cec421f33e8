/** Where a walker on a circle is. */

/** A circle walked clockwise at one speed, around a centre in degrees. */
export interface Track {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusM: number;
  readonly speedMps: number;
  /** Bearing from the centre at time 0, degrees. */
  readonly startDeg: number;
  /** Height of the ground above the ellipsoid, metres. */
  readonly altitudeHaeM: number;
}

export interface Place {
  /** 1e-7 degrees. */
  readonly latitudeI: number;
  readonly longitudeI: number;
  /** Degrees, [0, 360). */
  readonly courseDeg: number;
}

const METRES_PER_DEGREE = 111_320;
const DEGREE = Math.PI / 180;

/** @param elapsedMs since the start. */
export const placeOn = (track: Track, elapsedMs: number): Place => {
  const walkedDeg = (track.speedMps * elapsedMs) / 1000 / track.radiusM / DEGREE;
  const bearingDeg = track.startDeg + walkedDeg;
  const radiusDeg = track.radiusM / METRES_PER_DEGREE;
  const latitude = track.latitude + radiusDeg * Math.cos(bearingDeg * DEGREE);
  const longitude = track.longitude + (radiusDeg * Math.sin(bearingDeg * DEGREE)) / Math.cos(track.latitude * DEGREE);
  return {
    latitudeI: Math.round(latitude * 1e7),
    longitudeI: Math.round(longitude * 1e7),
    courseDeg: (((bearingDeg + 90) % 360) + 360) % 360,
  };
};
