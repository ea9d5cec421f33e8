import { Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { filterOptions } from './filter-options.ts';
import { createFilter } from './filter.ts';
import { meshEvent } from './testing/events.ts';

type Init = Parameters<typeof meshEvent>[0];
type Options = z.input<typeof filterOptions>;

const passes = (options: Options, init: Init = {}): boolean =>
  createFilter(filterOptions.parse(options))(meshEvent({ team: 'Cyan', role: 'Medic', ...init })).passes;
const denies = (rule: object): Options => ({ rules: [{ action: 'deny', ...rule }] });

const chatOf = (room: string): Init => ({
  uid: `GeoChat.ANDROID-1.${room}.m1`,
  type: 'b-t-f',
  kind: Kind.CHAT,
  team: '',
  callsign: 'Anna',
  detail: `<__chat id="${room}" chatroom="${room}" senderCallsign="Anna"/><remarks source="BAO.F.ATAK.ANDROID-1">hi</remarks>`,
});
const markerOf = (placedBy: string): Init => ({
  uid: 'M1',
  kind: Kind.MARKER,
  callsign: 'Hut',
  detail: `<link uid="${placedBy}" type="a-f-G-U-C" relation="p-p" parent_callsign="Anna"/><contact callsign="Hut"/>`,
});
const emergencyOf = (uid: string): Init => ({
  uid: `${uid}-9-1-1`,
  kind: Kind.EMERGENCY,
  callsign: 'Anna-Alert',
  detail: `<link uid="${uid}" type="a-f-G-U-C" relation="p-p"/><emergency type="911 Alert">Anna</emergency>`,
});

const alps = { south: 45, west: 5, north: 48, east: 17 };
const dateLine = { south: -20, west: 170, north: 0, east: -170 };

describe('a filter', () => {
  it('without rules lets everything pass, or nothing', () => {
    expect(passes({})).toBe(true);
    expect(passes({ otherwise: 'deny' })).toBe(false);
  });

  it.each<[string, object, Init, boolean]>([
    ['its kind', { kinds: ['pli', 'chat'] }, {}, true],
    ['another kind', { kinds: ['route'] }, {}, false],
    ['a type', { types: ['a-f-G-U-C'] }, {}, true],
    ['a pattern of types', { types: ['b-*', 'a-f-*'] }, {}, true],
    ['a pattern with stars inside', { types: ['a-*-G-*-C'] }, {}, true],
    ['a pattern that overlaps itself', { types: ['a-f-G*G-U-C'] }, {}, false],
    ['a team, whatever its case', { teams: ['CYAN'] }, {}, true],
    ['another team', { teams: ['Red'] }, {}, false],
    ['a role', { roles: ['medic'] }, {}, true],
    ['a callsign', { callsigns: ['one - *'] }, {}, true],
    ['a uid', { uids: ['MESHTASTIC-*'] }, {}, true],
    ['nothing of a list', { uids: [] }, {}, false],
    ['a group: the team of a report', { groups: ['cyan'] }, {}, true],
    ['a group: the room of a chat line', { groups: ['Team *'] }, chatOf('TEAM Blue'), true],
    ['a group it is not for', { groups: ['Team *'] }, chatOf('All Chat Rooms'), false],
    [
      'a group among its destinations',
      { groups: ['Rescue'] },
      { detail: '<marti><dest group="Rescue"/></marti>' },
      true,
    ],
    ['a user: the uid of a report', { users: ['MESHTASTIC-*1'] }, {}, true],
    ['a user: the callsign of a report', { users: ['one - *'] }, {}, true],
    ['a user: who sent a chat line', { users: ['ANNA'] }, chatOf('x'), true],
    ['a user: the uid of who sent it', { users: ['ANDROID-1'] }, chatOf('x'), true],
    ['a user: who placed a marker', { users: ['ANDROID-2'] }, markerOf('ANDROID-2'), true],
    ['a user: not the marker itself', { users: ['M1', 'Hut'] }, markerOf('ANDROID-2'), false],
    ['a user: a marker that nobody placed is its own', { users: ['M1'] }, { ...markerOf(''), detail: '' }, true],
    ['a user: who called for help', { users: ['ANDROID-3'] }, emergencyOf('ANDROID-3'), true],
    ['all of it', { teams: ['Cyan'], roles: ['HQ'] }, {}, false],
    ['an area', { area: alps }, {}, true],
    ['an area it is outside of', { area: alps }, { lat: 40 }, false],
    ['an area, being nowhere', { area: { south: -1, west: -1, north: 1, east: 1 } }, { lat: 0, lon: 0 }, false],
    ['an area across the date line', { area: dateLine }, { lat: -10, lon: 179 }, true],
    ['an area across it, from the other side', { area: dateLine }, { lat: -10, lon: -175 }, true],
    ['an area across it, from far away', { area: dateLine }, { lat: -10, lon: 0 }, false],
  ])('applies a rule by %s', (_, rule, init, applies) => {
    expect(passes(denies(rule), init)).toBe(!applies);
  });

  it('goes by the first rule that applies', () => {
    const rules = [
      { action: 'allow' as const, uids: ['A*'] },
      { action: 'deny' as const, kinds: ['pli' as const] },
    ];
    expect([passes({ rules }, { uid: 'A1' }), passes({ rules }, { uid: 'B1' })]).toEqual([true, false]);
    expect(passes({ rules }, { uid: 'B1', kind: Kind.CHAT })).toBe(true);
  });

  it('says which rule it was, and in a dry run lets it pass', () => {
    const options = filterOptions.parse(denies({ kinds: ['pli'] }));
    expect(createFilter(options)(meshEvent())).toEqual({
      passes: false,
      detail: 'rule 0 of the filter denies it',
      rule: 0,
    });
    expect(createFilter({ ...options, dryRun: true })(meshEvent())).toEqual({
      passes: true,
      wouldDeny: 'rule 0 of the filter denies it',
      rule: 0,
    });
    expect(createFilter(filterOptions.parse({ otherwise: 'deny' }))(meshEvent())).toEqual({
      passes: false,
      detail: 'no rule of the filter allows it',
      rule: -1,
    });
  });

  it('knows a user by the certificate of his client, too', () => {
    const filter = createFilter(filterOptions.parse(denies({ users: ['Anna'] })));
    expect([filter(meshEvent(), 'anna').passes, filter(meshEvent(), 'Bert').passes]).toEqual([false, true]);
  });

  it('is quick with patterns that were made to be slow', () => {
    const pattern = `${'a*'.repeat(100)}b`;
    const startMs = performance.now();
    expect(passes(denies({ uids: [pattern] }), { uid: 'a'.repeat(10_000) })).toBe(true);
    expect(performance.now() - startMs).toBeLessThan(500);
  });

  it.each([
    { rules: [{ action: 'maybe' }] },
    { rules: [{ action: 'deny', kinds: ['x'] }] },
    { rules: [{ action: 'deny', area: { ...alps, south: 50 } }] },
    { rules: [{ action: 'deny', colour: ['red'] }] },
  ])('is refused as %j', (options) => {
    expect(filterOptions.safeParse(options).success).toBe(false);
  });
});
