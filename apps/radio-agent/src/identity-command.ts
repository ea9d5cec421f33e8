/** The commands `identity-get` and `identity-set`: arguments `node`, `team`, `role`, `force`. */
import { roleOfName, teamOfName } from '@cotbus/codec';
import { BROADCAST, meshtastic } from '@cotbus/contracts';
import type { Command } from '@cotbus/contracts';
import type { IdentityTask, RadioInfo, TakValues } from '@cotbus/meshtastic';
import { printable } from '@cotbus/service';

export type IdentityCommand =
  | {
      readonly ok: true;
      readonly task: IdentityTask;
      /** Write although the firmware is known to store nothing. */
      readonly isForced: boolean;
    }
  | { readonly ok: false; readonly text: string };

const FIRST_NODE = 4;
/** For people: takes the value off the radio, which then reports its own default. */
const UNSET = 'none';
const MAX_SHOWN = 40;

/** @param radio the attached one; undefined while it is away. */
export const readIdentityCommand = (
  { verb, arguments: given }: Pick<Command, 'verb' | 'arguments'>,
  radio: RadioInfo | 'uplink' | undefined,
): IdentityCommand => {
  if (radio === 'uplink') {
    return no('this agent has an uplink and no radio: ask an agent with a radio on serial or TCP');
  }
  const node = given['node'] === undefined ? radio?.node : nodeOf(given['node']);
  if (given['node'] !== undefined && node === undefined) {
    return no(`"${shown(given['node'])}" is no node: expected ! and eight hex digits, such as !1234abcd`);
  }
  if (radio === undefined || node === undefined) return no('the radio has not been there yet: look at its link');
  const isOwn = node === radio.node;
  if (isOwn && radio.managed) {
    return no('the radio is managed and ignores its host: switch security.is_managed off with the app that set it');
  }
  if (verb === 'identity-get') return { ok: true, task: { node, isOwn, wish: undefined }, isForced: false };
  const wish = wishOf(given['team'], given['role']);
  if (typeof wish === 'string') return no(wish);
  return { ok: true, task: { node, isOwn, wish }, isForced: given['force'] === 'true' };
};

const no = (text: string): IdentityCommand => ({ ok: false, text });

const shown = (text: string): string => printable(text.slice(0, MAX_SHOWN));

const nodeOf = (text: string): number | undefined => {
  const digits = /^!?([0-9a-f]{8})$/i.exec(text.trim())?.[1];
  const node = digits === undefined ? 0 : Number.parseInt(digits, 16);
  return node < FIRST_NODE || node === BROADCAST ? undefined : node;
};

/** What is wrong, in words, when it is none. */
const wishOf = (team: string | undefined, role: string | undefined): Partial<TakValues> | string => {
  if (team === undefined && role === undefined) return 'nothing to write: give a team, a role, or both';
  const teamNumber = team === undefined || team === UNSET ? 0 : teamOfName(team);
  const roleNumber = role === undefined || role === UNSET ? 0 : roleOfName(role);
  if (team !== undefined && team !== UNSET && teamNumber === 0) {
    return `"${shown(team)}" is no team: ${namesOf(meshtastic.TeamSchema)} or ${UNSET}`;
  }
  if (role !== undefined && role !== UNSET && roleNumber === 0) {
    return `"${shown(role)}" is no role: ${namesOf(meshtastic.MemberRoleSchema)} or ${UNSET}`;
  }
  return { ...(team !== undefined && { team: teamNumber }), ...(role !== undefined && { role: roleNumber }) };
};

const namesOf = ({
  values,
}: {
  readonly values: readonly { readonly number: number; readonly name: string }[];
}): string =>
  values
    .filter(({ number }) => number !== 0)
    .map(({ name }) => name.replaceAll('_', ' ').replace(/(?<=[a-z])(?=[A-Z])/g, ' '))
    .join(', ');
