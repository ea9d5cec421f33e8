/** What a waypoint says that a marker has no place for, and how it is found again on the way back. */
import type { meshtastic } from '@cotbus/contracts';
import { nodeText } from '@cotbus/contracts';
import { attribute, dropIllegal, element, lastNamed, remarksText } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { MAX_WAYPOINT_DESCRIPTION_BYTES } from '../limits.ts';
import { cutText } from './cut-text.ts';
import type { CutText } from './cut-text.ts';
import { iconOfPath, iconPath } from './waypoint-icon.ts';

type Waypoint = meshtastic.Waypoint;

const ORIGIN = /(?:^|\n)From: [^\n]*\[[0-9A-F]{8}\](?:, locked)?$/;
const ICON = /^[1-9]\d{0,6}$/;

/** `<remarks>`: the description, and on a line of its own who sent it. */
export const buildRemarks = ({ description, lockedTo }: Waypoint, callsign: string, from: number): Element => {
  const { text } = cutText(dropIllegal(description).trim(), MAX_WAYPOINT_DESCRIPTION_BYTES);
  const origin = `From: ${callsign} [${nodeText(from).slice(1).toUpperCase()}]${lockedTo === 0 ? '' : ', locked'}`;
  return element('remarks', {}, text === '' ? origin : `${text}\n${origin}`);
};

/** The remarks without the line of `buildRemarks`. */
export const parseDescription = (detail: readonly Element[]): CutText =>
  cutText(dropIllegal(remarksText(detail)).replace(ORIGIN, ''), MAX_WAYPOINT_DESCRIPTION_BYTES);

/** `<__meshtastic>`: for programs, and for the way back. Clients may lose it. */
export const buildMarking = ({ icon, lockedTo }: Waypoint, from: number): Element =>
  element('__meshtastic', {
    id: nodeText(from),
    icon: icon === 0 ? undefined : String(icon),
    lockedTo: lockedTo === 0 ? undefined : nodeText(lockedTo),
  });

/** The node that alone may change the waypoint; empty when everybody may. */
export const parseLock = (detail: readonly Element[]): string =>
  attribute(lastNamed(detail, '__meshtastic'), 'lockedTo');

/** The icon it came with, unless the marker has got another since. */
export const parseIcon = (detail: readonly Element[]): number => {
  const text = attribute(lastNamed(detail, '__meshtastic'), 'icon');
  const path = attribute(lastNamed(detail, 'usericon'), 'iconsetpath');
  const own = ICON.test(text) ? Number(text) : 0;
  return own !== 0 && (path === '' || path === iconPath(own)) ? own : iconOfPath(path);
};
