import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waypointId, waypointUid } from './waypoint-id.ts';

describe('ids of waypoints', () => {
  it('are in the uid of their markers, both ways', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffffffff }), (id) => {
        expect(waypointId(waypointUid(id))).toBe(id);
      }),
    );
  });

  it('of other markers are the same everywhere', () => {
    expect(waypointId('e6f1a6c0-0d1b-4a2e-9b9e-000000000001')).toBe(1_018_610_030);
    expect(waypointId('')).toBe(0x811c9dc5);
  });

  it.each(['WAYPOINT-0', 'WAYPOINT-4294967296', 'WAYPOINT-01', 'WAYPOINT-1x', 'waypoint-1'])(
    'are not read from %s',
    (uid) => {
      expect(waypointUid(waypointId(uid))).not.toBe(uid);
      expect(waypointId(uid)).toBeGreaterThan(1_000_000);
    },
  );

  it('are 32 bits and never 0', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (uid) => {
        const id = waypointId(uid);
        expect(id > 0 && id <= 0xffffffff && Number.isInteger(id)).toBe(true);
      }),
    );
  });
});
