/**
 * What receivers cannot use is put right before an event of the mesh leaves: team colours, routes, who made the report, where
 * he is answered, its end.
 */
import { attribute, buildElements, element, parseDetail, STREAM_ENDPOINT, withAttribute } from '@cotbus/codec';
import type { Element } from '@cotbus/codec';
import { Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { takvOf } from './identity.ts';
import { styleRoute } from './route-style.ts';

/** The colours that TAK knows; ATAK draws any other white, some servers stumble. */
const TEAMS: ReadonlyMap<string, string> = new Map(
  [
    'White',
    'Yellow',
    'Orange',
    'Magenta',
    'Red',
    'Maroon',
    'Purple',
    'Dark Blue',
    'Blue',
    'Cyan',
    'Teal',
    'Green',
    'Dark Green',
    'Brown',
  ].map((name) => [name.toLowerCase(), name]),
);
const OTHER_TEAM = 'Cyan';

const knownTeam = (name: string): string => TEAMS.get(name.trim().toLowerCase()) ?? OTHER_TEAM;

/** @param maxStaleMs how long after its time an event may claim to hold. */
export const sanitizeEvent = (event: CotEvent, maxStaleMs: number): CotEvent => {
  const staleMs = Math.min(event.staleMs, event.startMs + maxStaleMs);
  const detail = detailOf(event);
  return staleMs === event.staleMs && detail === event.detail ? event : { ...event, staleMs, detail };
};

const detailOf = (event: CotEvent): string => {
  const { detail, kind } = event;
  // An address of the sender's own network would be tried, and nobody answers there.
  const hasEndpoint =
    kind === Kind.PLI && detail.includes('endpoint=') && !detail.includes(`endpoint="${STREAM_ENDPOINT}"`);
  const wantsTakv = kind === Kind.PLI && !detail.includes('<takv');
  const mayWantStyle = kind === Kind.ROUTE && detail.includes('<link_attr');
  if (!wantsTakv && !mayWantStyle && !hasEndpoint && !detail.includes('<__group')) return detail;
  const elements = parseDetail(detail);
  // What is not XML is refused as it is.
  if (detail !== '' && elements.length === 0) return detail;
  const needsTeam = (e: Element): boolean =>
    e.name === '__group' && attribute(e, 'name') !== knownTeam(attribute(e, 'name'));
  const needsEndpoint = (e: Element): boolean =>
    hasEndpoint && e.name === 'contact' && !['', STREAM_ENDPOINT].includes(attribute(e, 'endpoint'));
  const needs = (e: Element): boolean => needsTeam(e) || needsEndpoint(e);
  const styled = mayWantStyle ? styleRoute(elements) : elements;
  if (!wantsTakv && styled === elements && !elements.some(needs)) return detail;
  const known = styled.map((e) => {
    if (needsTeam(e)) return withAttribute(e, 'name', knownTeam(attribute(e, 'name')));
    return needsEndpoint(e) ? withAttribute(e, 'endpoint', STREAM_ENDPOINT) : e;
  });
  return buildElements(wantsTakv ? [element('takv', takvOf()), ...known] : known);
};
