import { PLAIN_DEFAULTS } from '@cotbus/codec';
import { describe, expect, it } from 'vitest';
import { plainOptions, readPlainOptions } from './plain-options.ts';

const read = (written: unknown) => readPlainOptions(plainOptions.parse(written));

describe('what the operator says of plain nodes', () => {
  it('is the convention of the phone apps when nothing is said', () => {
    expect(read({})).toEqual(PLAIN_DEFAULTS);
  });

  it('may be another convention, a place for those without one, rooms, and words on single nodes', () => {
    const { noFix, rooms, nodes, uid } = read({
      uid: 'ID-{hex}',
      noFix: 'at',
      at: { lat: 47.5, lon: 11.25 },
      rooms: [{ channel: 2, room: 'Dogs' }],
      overrides: [{ id: '!15465D8D', callsign: 'Hut', noFix: 'hide' }],
    });
    expect([uid, noFix]).toEqual(['ID-{hex}', { kind: 'at', lat: 47.5, lon: 11.25 }]);
    expect(rooms.get(2)).toBe('Dogs');
    expect(nodes.get(0x15465d8d)).toEqual({ callsign: 'Hut', noFix: { kind: 'hide' } });
  });

  it.each([
    [{ uid: 'node' }],
    [{ uid: '{hex}.{hex}' }],
    [{ callsign: '{name' }],
    [{ type: 'b-t-f' }],
    [{ noFix: 'at' }],
    [{ overrides: [{ id: '15465d8d' }] }],
    [{ overrides: [{ id: '!15465d8d', noFix: 'at' }] }],
    [{ staleSeconds: 1 }],
  ])('refuses %j', (written) => {
    expect(plainOptions.safeParse(written).success).toBe(false);
  });
});
