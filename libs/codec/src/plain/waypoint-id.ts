/** Waypoints have 32-bit ids, markers have uids. */

const PREFIX = 'WAYPOINT-';
const DECIMAL = /^WAYPOINT-([1-9]\d{0,9})$/;
const MAX_ID = 0xffffffff;
const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** As the phone apps name them, so that a waypoint bridged by both is one marker. */
export const waypointUid = (id: number): string => `${PREFIX}${id >>> 0}`;

/**
 * The id of a waypoint's own marker; for any other uid FNV-1a over its UTF-16 units, the same on every gateway, so that
 * the marker moves and is deleted by the same id. Never 0.
 */
export const waypointId = (uid: string): number => {
  const own = Number(DECIMAL.exec(uid)?.[1] ?? 0);
  if (own > 0 && own <= MAX_ID) return own;
  let hash = FNV_START;
  for (let i = 0; i < uid.length; i += 1) {
    const unit = uid.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), FNV_PRIME);
    hash = Math.imul(hash ^ (unit >>> 8), FNV_PRIME);
  }
  return hash >>> 0 || 1;
};
