/** Names of plain nodes in TAK, by the operator's patterns. */
import { BROADCAST, nodeText } from '@cotbus/contracts';
import type { NodeState } from '@cotbus/contracts';
import { MAX_CALLSIGN_CHARACTERS } from '../limits.ts';
import { PLAIN_DEFAULTS } from './options.ts';
import type { PlainOptions } from './options.ts';
import { splitSuffix } from './team-name.ts';

const UID_PLACEHOLDER = /\{hex\}/i;
const PLACEHOLDER = /\{(\w+)\}/g;
const HEX_DIGITS = 8;
const NODE_HEX = /^[0-9A-Fa-f]{8}$/;

/** The uid of a node's contact: eight hex digits in the pattern. */
export const nodeUid = (num: number, { uid }: Pick<PlainOptions, 'uid'> = PLAIN_DEFAULTS): string => {
  const hex = nodeText(num).slice(1);
  return uid.replace(UID_PLACEHOLDER, (placeholder) => (placeholder === '{HEX}' ? hex.toUpperCase() : hex));
};

/** The node whose contact has this uid, or whose id (`!15465d8d`) it is; undefined for all else. */
export const nodeOfUid = (uid: string, options: Pick<PlainOptions, 'uid'> = PLAIN_DEFAULTS): number | undefined => {
  const [before = '', after = ''] = options.uid.split(UID_PLACEHOLDER);
  const isContact = uid.startsWith(before) && uid.endsWith(after);
  const middle = isContact ? uid.slice(before.length, uid.length - after.length) : '';
  const hex = middle.length === HEX_DIGITS ? middle : uid.startsWith('!') ? uid.slice(1) : '';
  const num = NODE_HEX.test(hex) ? Number.parseInt(hex, 16) : 0;
  return num === 0 || num === BROADCAST ? undefined : num;
};

// Controls, direction overrides, line ends, halves of characters and what a cut character was replaced with.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\uFFFD-\uFFFF]/gu;
const PLAIN_NAME = /^[\u0021-\u007e]+(?: [\u0021-\u007e]+)*$/;

/** A name on one line, without what nobody can see. */
export const printable = (name: string): string =>
  PLAIN_NAME.test(name) ? name : name.replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim();

/** By the override or the pattern, else `!` and the number in hex. Printable, one line, never empty. */
export const nodeCallsign = (node: NodeState, options: PlainOptions = PLAIN_DEFAULTS): string => {
  const name = printable(options.nodes.get(node.num)?.callsign ?? '') || byPattern(node, options);
  return name.length <= MAX_CALLSIGN_CHARACTERS ? name : Array.from(name).slice(0, MAX_CALLSIGN_CHARACTERS).join('');
};

const byPattern = (node: NodeState, options: PlainOptions): string => {
  for (const alternative of options.callsign.split('|')) {
    const used: string[] = [];
    const name = alternative.replace(PLACEHOLDER, (_, key: string) => {
      const value = valueOf(key, node, options);
      used.push(value);
      return value;
    });
    const isWhole = !used.includes('') && (used.length < 2 || new Set(used).size === used.length);
    const callsign = isWhole ? printable(name) : '';
    if (callsign !== '') return callsign;
  }
  return nodeText(node.num);
};

const valueOf = (placeholder: string, node: NodeState, options: PlainOptions): string => {
  switch (placeholder) {
    case 'short':
      return printable(node.shortName);
    case 'long':
      return printable(node.longName);
    case 'name':
      return splitSuffix(printable(node.longName), options).name;
    case 'id':
      return nodeText(node.num);
    case 'hex':
      return nodeText(node.num).slice(1);
    case 'HEX':
      return nodeText(node.num).slice(1).toUpperCase();
    case 'last4':
      return nodeText(node.num).slice(-4);
    case 'uid':
      return nodeUid(node.num, options);
    default:
      return '';
  }
};
