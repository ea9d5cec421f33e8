/** The packets of a long route back into the one route that they are, as far as they came. */
import type { CotEvent } from '@cotbus/contracts';
import { element, remarksText, withAttribute } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { eventOfTree } from '../cot/event-tree.ts';
import { isWayPoint, pointLinks } from '../cot/links.ts';
import { OPEN_ROUTES } from '../limits.ts';
import { readRoutePart } from './part-mark.ts';
import type { RoutePart } from './part-mark.ts';

export interface JoinedRoute {
  /** The whole, or what came of it: with the uid of the whole, and a name that says which parts are missing. */
  readonly event: CotEvent;
  /** Of this content: mesh, sender, uid and content, as a key. */
  readonly route: string;
  /** Six hex digits that are the same in all its parts, and in those of no other version. */
  readonly content: string;
  /** Number of the part that was added. */
  readonly part: number;
  /** Numbers of the parts that came, in order. */
  readonly came: readonly number[];
  /** How many there are. */
  readonly of: number;
}

interface HeardPart {
  readonly event: CotEvent;
  readonly mesh: string;
  /** Node number. */
  readonly sender: number;
  /** Milliseconds of any clock that does not go back. */
  readonly nowMs: number;
}

export interface RouteJoiner {
  /** Undefined for an event that is no part. A part that comes again changes nothing. */
  add(heard: HeardPart): JoinedRoute | undefined;
}

interface OpenRoute {
  readonly parts: Map<number, RoutePart>;
  lastMs: number;
}

/** Keeps what came for half an hour, of a bounded number of routes; a sender of too many loses its own oldest. */
export const createRouteJoiner = (): RouteJoiner => {
  const open = new Map<string, OpenRoute>();
  const forgetLate = (nowMs: number): void => {
    for (const [key, { lastMs }] of open) if (lastMs <= nowMs - OPEN_ROUTES.lifeMs) open.delete(key);
  };
  const makeRoom = (sender: string): void => {
    const own = [...open.keys()].filter((key) => key.startsWith(sender));
    const oldest =
      own.length >= OPEN_ROUTES.perSender ? own[0] : open.size >= OPEN_ROUTES.inAll ? first(open) : undefined;
    if (oldest !== undefined) open.delete(oldest);
  };
  return {
    add: ({ event, mesh, sender, nowMs }) => {
      const part = readRoutePart(event);
      if (part === undefined) return undefined;
      const senderKey = `${mesh}\n${sender}\n`;
      const key = `${senderKey}${part.content}${part.of} ${part.uid}`;
      forgetLate(nowMs);
      const known = open.get(key);
      if (known === undefined) makeRoom(senderKey);
      const route = known ?? { parts: new Map<number, RoutePart>(), lastMs: nowMs };
      // Behind the others: the oldest goes first.
      open.delete(key);
      open.set(key, route);
      route.lastMs = nowMs;
      if (!route.parts.has(part.number)) route.parts.set(part.number, part);
      const parts = [...route.parts.values()].sort((a, b) => a.number - b.number);
      const came = parts.map(({ number }) => number);
      return {
        event: eventOfParts(parts, event),
        route: key,
        content: part.content,
        part: part.number,
        came,
        of: part.of,
      };
    },
  };
};

const first = (map: ReadonlyMap<string, unknown>): string | undefined => map.keys().next().value;

/** @param last that came, whose times hold */
const eventOfParts = (parts: readonly RoutePart[], last: CotEvent): CotEvent => {
  const [head] = parts;
  if (head === undefined) return last;
  const { uid, of, tree } = head;
  const isWhole = parts.length === of;
  const name = isWhole ? head.name : `${head.name} (${partsText(parts)} of ${of})`;
  const links = parts.flatMap((part, at) => {
    const own = wayPointsOf(part);
    const before = parts[at - 1];
    // Where it follows on the one before they share a point.
    return before !== undefined && before.number === part.number - 1 ? own.slice(1) : own;
  });
  const others = tree.detail.filter(
    (e) => e.name !== 'contact' && !links.includes(e) && !wayPointsOf(head).includes(e),
  );
  const detail = [
    ...links.map((link, at) => withAttribute(link, 'uid', `${uid}-${at}`)),
    ...others.map((e) => (e.name === 'remarks' ? element('remarks', {}, remarksOf(tree.detail, parts, of)) : e)),
    ...tree.detail.filter((e) => e.name === 'contact').map((e) => withAttribute(e, 'callsign', name)),
  ];
  const { timeMs, startMs, staleMs, staleAfterMs } = last;
  return eventOfTree({ ...tree, uid, detail, timeMs, startMs, staleMs, staleAfterMs });
};

const wayPointsOf = ({ tree }: RoutePart): readonly Element[] =>
  pointLinks(tree.detail)
    .filter(({ link }) => isWayPoint(link))
    .map(({ link }) => link);

const partsText = (parts: readonly RoutePart[]): string =>
  `${parts.length === 1 ? 'part' : 'parts'} ${parts.map(({ number }) => number).join(', ')}`;

const remarksOf = (detail: readonly Element[], parts: readonly RoutePart[], of: number): string => {
  const said = remarksText(detail);
  if (parts.length === of) return said;
  const came = new Set(parts.map(({ number }) => number));
  const missing = Array.from({ length: of }, (_, at) => at + 1).filter((number) => !came.has(number));
  const note = `${missing.length === 1 ? 'Part' : 'Parts'} ${missing.join(', ')} of ${of} did not come over the mesh.`;
  return said === '' ? note : `${said}\n${note}`;
};
