/** Which nodes somebody means by what he typed. Pure. */
import { freshIdentity, nodeText } from '@cotbus/contracts';
import type { NodeState } from '@cotbus/contracts';

const HEX = /^(?:!|meshtastic-)?([0-9a-f]{8})$/;

/** @returns their numbers: by number, name, uid, or who its user is in TAK. Case does not count. */
export const findNodes = (states: readonly NodeState[], text: string): readonly number[] => {
  const wanted = text.trim().toLowerCase();
  const [, hex] = HEX.exec(wanted) ?? [];
  const named = states.filter((state) => namesOf(state).includes(wanted)).map(({ num }) => num);
  return [...new Set([...(hex === undefined ? [] : [Number.parseInt(hex, 16)]), ...named])];
};

const namesOf = (state: NodeState): readonly string[] => {
  const { num, longName, shortName } = state;
  const tak = freshIdentity(state);
  return [nodeText(num), longName, shortName, `${shortName} - ${longName}`, tak?.uid ?? '', tak?.callsign ?? '']
    .filter((name) => name !== '')
    .map((name) => name.trim().toLowerCase());
};
