/** The projection of the map onto a unit square: 0, 0 is its north-west corner. Pure. */

/** Beyond it the projection runs away. */
const MAX_LATITUDE = 85.0511;

export const mercatorX = (lon) => (lon + 180) / 360;

export const mercatorY = (lat) => {
  const bounded = Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, lat));
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + (bounded * Math.PI) / 360)) / (2 * Math.PI);
};
