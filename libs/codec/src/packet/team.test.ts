import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { roleId, roleText, teamId, teamText } from './team.ts';

const numbers = (schema: typeof meshtastic.TeamSchema | typeof meshtastic.MemberRoleSchema): number[] =>
  schema.values.map((v) => v.number).filter((n) => n !== 0);

describe('teams and roles', () => {
  it('have the names that clients write', () => {
    expect(numbers(meshtastic.TeamSchema).map((id) => teamText(id as meshtastic.Team))).toEqual(
      'White,Yellow,Orange,Magenta,Red,Maroon,Purple,Dark Blue,Blue,Cyan,Teal,Green,Dark Green,Brown'.split(','),
    );
    expect(numbers(meshtastic.MemberRoleSchema).map((id) => roleText(id as meshtastic.MemberRole))).toEqual(
      'Team Member,Team Lead,HQ,Sniper,Medic,ForwardObserver,RTO,K9'.split(','),
    );
  });

  it('go both ways', () => {
    expect(teamId('Dark Blue')).toBe(meshtastic.Team.Dark_Blue);
    expect(roleId('Team Lead')).toBe(meshtastic.MemberRole.TeamLead);
    expect(roleId('Forward Observer')).toBe(meshtastic.MemberRole.ForwardObserver);
    expect(roleId('ForwardObserver')).toBe(meshtastic.MemberRole.ForwardObserver);
  });

  it('are nothing when they are not listed', () => {
    expect([teamId('Dark_Blue'), teamId('constructor'), roleId('TeamLead'), roleId('')]).toEqual([0, 0, 0, 0]);
    expect([teamText(0), teamText(99 as meshtastic.Team), roleText(0)]).toEqual([undefined, undefined, undefined]);
  });
});
