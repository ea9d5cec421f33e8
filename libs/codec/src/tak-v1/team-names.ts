/** Teams and roles, however clients and other gateways spell them: `Dark Blue`, `Dark_Blue`, `darkblue`. */
import type { DescEnum } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';

const keyOf = (name: string): string => name.toLowerCase().replace(/[\s_]+/g, '');

const numbersOf = <E extends number>(schema: DescEnum): ReadonlyMap<string, E> =>
  new Map(schema.values.filter((v) => v.number !== 0).map((v) => [keyOf(v.name), v.number as E]));

const teams = numbersOf<meshtastic.Team>(meshtastic.TeamSchema);
const roles: ReadonlyMap<string, meshtastic.MemberRole> = new Map([
  ...numbersOf<meshtastic.MemberRole>(meshtastic.MemberRoleSchema),
  ['headquarters', meshtastic.MemberRole.HQ],
]);

/** 0 for a name that is none. */
export const teamOfName = (name: string): meshtastic.Team => teams.get(keyOf(name)) ?? 0;
/** 0 for a name that is none. */
export const roleOfName = (name: string): meshtastic.MemberRole => roles.get(keyOf(name)) ?? 0;
