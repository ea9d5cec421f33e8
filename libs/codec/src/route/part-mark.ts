/**
 * One of several packets that a long route is sent in. Each is a route of its own for receivers that know of nothing else:
 *
 *     uid "R~2"   callsign "Ridge 2/3"   uid of the first way point "~3fa9c123"
 *
 * The last one is the mark: six hex digits that are the same in all packets of one content, the number of this packet and
 * how many there are. A packet begins where the one before ends.
 */
import { attribute } from '../cot/element.ts';
import { treeOfEvent } from '../cot/event-tree.ts';
import type { EventTree } from '../cot/event-tree.ts';
import { isWayPoint, pointLinks } from '../cot/links.ts';
import type { CotEvent } from '@cotbus/contracts';

export interface PartMark {
  /** Six hex digits. */
  readonly content: string;
  /** From 1. */
  readonly number: number;
  /** 2 to 9. */
  readonly of: number;
}

/** The mark has one digit for it. */
export const MAX_ROUTE_PARTS = 9;

const MARK = /^~([0-9a-f]{6})([1-9])([2-9])$/;

export const buildPartMark = ({ content, number, of }: PartMark): string => `~${content}${number}${of}`;

export const parsePartMark = (text: string): PartMark | undefined => {
  const [, content = '', number = '', of = ''] = MARK.exec(text) ?? [];
  return content !== '' && number <= of ? { content, number: Number(number), of: Number(of) } : undefined;
};

/** Of a part. */
export const partUid = (uid: string, { number }: PartMark): string => `${uid}~${number}`;
export const partName = (name: string, { number, of }: PartMark): string => `${name || NAMELESS} ${number}/${of}`;

const NAMELESS = 'Route';

export interface RoutePart extends PartMark {
  /** Of the whole route. */
  readonly uid: string;
  readonly name: string;
  readonly tree: EventTree;
}

/** Undefined for every other event. */
export const readRoutePart = (event: CotEvent): RoutePart | undefined => {
  // Most events are no routes, and most routes are whole.
  if (event.type !== 'b-m-r' || !event.detail.includes('"~')) return undefined;
  const tree = treeOfEvent(event);
  const [first] = pointLinks(tree.detail).filter(({ link }) => isWayPoint(link));
  const mark = parsePartMark(attribute(first?.link, 'uid'));
  if (mark === undefined) return undefined;
  const end = partUid('', mark);
  if (!event.uid.endsWith(end) || event.uid === end) return undefined;
  const nameEnd = ` ${mark.number}/${mark.of}`;
  const { callsign } = event;
  const name = callsign.endsWith(nameEnd) ? callsign.slice(0, -nameEnd.length) : callsign;
  return { ...mark, uid: event.uid.slice(0, -end.length), name, tree };
};
