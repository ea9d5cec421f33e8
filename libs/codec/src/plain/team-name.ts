/** Teams and roles that clients know, from what operators and node names say. */
import type { meshtastic } from '@cotbus/contracts';
import { roleId, roleText, teamId, teamText } from '../packet/team.ts';
import type { PlainOptions } from './options.ts';

/** What a colour that is none of ATAK's fourteen becomes. */
const FALLBACK_TEAM = 'Cyan';
const FALLBACK_ROLE = 'Team Member';

const SUFFIX = /^(.*\S) -(\d{1,2})$/su;
const FIRST_TEAM = 1;

/** One of the fourteen colours; `Dark_Blue` counts as `Dark Blue`. What is none (`Black`) becomes Cyan. */
export const knownTeam = (name: string): string => teamText(teamId(name.trim().replaceAll('_', ' '))) ?? FALLBACK_TEAM;

/** A role that clients know; what is none becomes Team Member. */
export const knownRole = (name: string): string => roleText(roleId(name.trim())) ?? FALLBACK_ROLE;

/**
 * A long name and the team in its suffix: `Bob -5` is Bob of Red. 1 to 14 are the colours in the protocol's order, 0 is
 * White too; any other number is no suffix but a part of the name.
 */
export const splitSuffix = (
  longName: string,
  { teamSuffix }: PlainOptions,
): { readonly name: string; readonly team?: string } => {
  const [, name, digits] = (teamSuffix ? SUFFIX.exec(longName) : null) ?? [];
  if (name === undefined) return { name: longName };
  const team = teamText(Math.max(Number(digits), FIRST_TEAM) as meshtastic.Team);
  return team === undefined ? { name: longName } : { name, team };
};
