/** Team and role names ↔ their numbers, from the descriptors: `Dark_Blue` is `Dark Blue`, `TeamLead` is `Team Lead`. */
import type { DescEnum } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';

/** Where the text is not the name of the value with blanks for underscores. */
const exceptions: ReadonlyMap<string, string> = new Map([
  ['TeamMember', 'Team Member'],
  ['TeamLead', 'Team Lead'],
]);

const textsOf = <E extends number>(schema: DescEnum): ReadonlyMap<E, string> =>
  new Map(
    schema.values
      .filter((v) => v.number !== 0)
      .map((v) => [v.number as E, exceptions.get(v.name) ?? v.name.replaceAll('_', ' ')]),
  );

const teamTexts = textsOf<meshtastic.Team>(meshtastic.TeamSchema);
const roleTexts = textsOf<meshtastic.MemberRole>(meshtastic.MemberRoleSchema);
const teamNumbers: ReadonlyMap<string, meshtastic.Team> = new Map(
  [...teamTexts].map(([number, text]) => [text, number]),
);
const roleNumbers: ReadonlyMap<string, meshtastic.MemberRole> = new Map([
  ...[...roleTexts].map(([number, text]): [string, meshtastic.MemberRole] => [text, number]),
  // ATAK's own spelling.
  ['Forward Observer', meshtastic.MemberRole.ForwardObserver],
]);

/** 0 for a name that is none of the fourteen colours. */
export const teamId = (name: string): meshtastic.Team => teamNumbers.get(name) ?? 0;
/** Undefined for 0 and unknown numbers. */
export const teamText = (id: meshtastic.Team): string | undefined => teamTexts.get(id);

/** 0 for an unknown role. */
export const roleId = (name: string): meshtastic.MemberRole => roleNumbers.get(name) ?? 0;
/** Undefined for 0 and unknown numbers. */
export const roleText = (id: meshtastic.MemberRole): string | undefined => roleTexts.get(id);
