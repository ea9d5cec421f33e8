import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { argbOf, buildColor, paletteArgb, paletteTeam, parseColor } from './color.ts';
import { PROFILE_A, PROFILE_B } from './profile.ts';

const teams = meshtastic.TeamSchema.values.map(({ number }) => number as meshtastic.Team).filter((team) => team !== 0);

describe('the palette', () => {
  it('has the fourteen teams, both ways', () => {
    expect(teams).toHaveLength(14);
    expect(teams.map((team) => paletteTeam(paletteArgb(team) ?? 0))).toEqual(teams);
    expect(teams.map((team) => buildColor(paletteArgb(team) ?? 0)).join()).toBe(
      '-1,-256,-35072,-65281,-65536,-8454144,-8454017,-16777089,-16776961,-16711681,-16744577,-16711936,-16744704,-8947849',
    );
  });

  it('takes signed and unsigned bits', () => {
    expect([paletteTeam(-1), paletteTeam(0xffffffff), paletteTeam(-2)]).toEqual([meshtastic.Team.White, 1, 0]);
    expect([paletteArgb(0), paletteArgb(99 as meshtastic.Team)]).toEqual([undefined, undefined]);
  });
});

describe('a colour', () => {
  it.each([
    ['-1', 1, 0xffffffff],
    ['4294967295', 1, 0xffffffff],
    ['-1761607681', 0, 0x96ffffff],
    ['2533359615', 0, 0x96ffffff],
    ['0', 0, 0],
    ['-2147483649', 0, 0],
    ['4294967296', 0, 0],
    ['#ff0000', 0, 0],
    ['', 0, 0],
    ['1.5', 0, 0],
  ])('"%s" has palette number %i and bits %i, which our own form says once', (text, team, argb) => {
    expect(parseColor(text, PROFILE_A)).toEqual({ team, argb });
    expect(parseColor(text, PROFILE_B)).toEqual({ team, argb: team === 0 ? argb : 0 });
    expect(argbOf(parseColor(text, PROFILE_A))).toBe(argb);
    expect(argbOf(parseColor(text, PROFILE_B))).toBe(argb);
  });
});
