/** Team and role names ↔ their numbers: `Dark_Blue` is `Dark Blue`, `TeamLead` is `Team Lead`. */
import { meshtastic } from '@cotbus/contracts';
import { enumText, withExceptions } from './enum-text.ts';

const spaced = (name: string): string => name.replaceAll('_', ' ');

const teams = enumText<meshtastic.Team>(meshtastic.TeamSchema, spaced);
const roles = enumText<meshtastic.MemberRole>(
  meshtastic.MemberRoleSchema,
  withExceptions({ TeamMember: 'Team Member', TeamLead: 'Team Lead' }, spaced),
  // ATAK's own spelling.
  { ForwardObserver: ['Forward Observer'] },
);

/** 0 for a name that is none of the fourteen colours. */
export const teamId = (name: string): meshtastic.Team => teams.number(name);
/** Undefined for 0 and unknown numbers. */
export const teamText = (id: meshtastic.Team): string | undefined => teams.text(id);

/** 0 for an unknown role. */
export const roleId = (name: string): meshtastic.MemberRole => roles.number(name);
/** Undefined for 0 and unknown numbers. */
export const roleText = (id: meshtastic.MemberRole): string | undefined => roles.text(id);
