import { describe, expect, it } from 'vitest';
import { PLAIN_DEFAULTS } from './options.ts';
import { knownRole, knownTeam, splitSuffix } from './team-name.ts';

describe('teams and roles', () => {
  it.each([
    ['Green', 'Green'],
    ['Dark Blue', 'Dark Blue'],
    ['Dark_Green', 'Dark Green'],
    [' Red ', 'Red'],
    ['Black', 'Cyan'],
    ['', 'Cyan'],
    ['constructor', 'Cyan'],
  ])('have colours that clients know: %j is %s', (name, team) => {
    expect(knownTeam(name)).toBe(team);
  });

  it.each([
    ['Medic', 'Medic'],
    ['Team Lead', 'Team Lead'],
    ['Chief', 'Team Member'],
    ['', 'Team Member'],
  ])('have roles that clients know: %j is %s', (name, role) => {
    expect(knownRole(name)).toBe(role);
  });
});

describe('the suffix of a long name', () => {
  it.each<[string, string, string | undefined]>([
    ['Bob -0', 'Bob', 'White'],
    ['Bob -1', 'Bob', 'White'],
    ['Bob -2', 'Bob', 'Yellow'],
    ['Bob -3', 'Bob', 'Orange'],
    ['Bob -4', 'Bob', 'Magenta'],
    ['Bob -5', 'Bob', 'Red'],
    ['Bob -6', 'Bob', 'Maroon'],
    ['Bob -7', 'Bob', 'Purple'],
    ['Bob -8', 'Bob', 'Dark Blue'],
    ['Bob -9', 'Bob', 'Blue'],
    ['Bob -10', 'Bob', 'Cyan'],
    ['Bob -11', 'Bob', 'Teal'],
    ['Bob -12', 'Bob', 'Green'],
    ['Bob -13', 'Bob', 'Dark Green'],
    ['Bob -14', 'Bob', 'Brown'],
    ['Bob -15', 'Bob -15', undefined],
    ['Bob -100', 'Bob -100', undefined],
    ['Bob-5', 'Bob-5', undefined],
    ['Bob - 5', 'Bob - 5', undefined],
    [' -5', ' -5', undefined],
    ['-5', '-5', undefined],
    ['A -1 B -2', 'A -1 B', 'Yellow'],
    ['', '', undefined],
  ])('says the team: %j', (longName, name, team) => {
    expect(splitSuffix(longName, PLAIN_DEFAULTS)).toEqual({ name, ...(team === undefined ? {} : { team }) });
  });

  it('says nothing when the operator does not want it', () => {
    expect(splitSuffix('Bob -5', { ...PLAIN_DEFAULTS, teamSuffix: false })).toEqual({ name: 'Bob -5' });
  });
});
