/** Names of plain nodes, as the phone apps make them, so that one node seen by both is one contact. */
import { nodeText } from '@cotbus/contracts';
import type { NodeState } from '@cotbus/contracts';
import { MAX_CALLSIGN_CHARACTERS } from '../limits.ts';

/** `MESHTASTIC-` and eight upper-case hex digits. */
export const nodeUid = (num: number): string => `MESHTASTIC-${(num >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;

// Controls, direction overrides, line ends, halves of characters and what a cut character was replaced with.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\uFFFD-\uFFFF]/gu;

const printable = (name: string): string => name.replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim();

/** `SHORT - Long`, else the one that is known, else `!` and the number in hex. Printable, one line, never empty. */
export const nodeCallsign = (node: NodeState): string => {
  const short = printable(node.shortName);
  const long = printable(node.longName);
  const name = short === '' || long === '' || short === long ? long || short : `${short} - ${long}`;
  return Array.from(name || nodeText(node.num))
    .slice(0, MAX_CALLSIGN_CHARACTERS)
    .join('');
};
