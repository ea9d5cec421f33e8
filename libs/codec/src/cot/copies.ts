/** What a CotEvent repeats of its detail, for filters and people. */
import { attribute, lastNamed } from './element.ts';
import type { Element } from './element.ts';

/** Name of the user or object; for chat, which carries no contact, that of the sender. */
export const callsignOf = (detail: readonly Element[]): string => {
  const callsign = attribute(lastNamed(detail, 'contact'), 'callsign').trim();
  return callsign === '' ? attribute(lastNamed(detail, '__chat'), 'senderCallsign').trim() : callsign;
};

/** Team colour, such as `Dark Blue`. */
export const teamOf = (detail: readonly Element[]): string => attribute(lastNamed(detail, '__group'), 'name').trim();

/** Such as `Team Lead`. */
export const roleOf = (detail: readonly Element[]): string => attribute(lastNamed(detail, '__group'), 'role').trim();
