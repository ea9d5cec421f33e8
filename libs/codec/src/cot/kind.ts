/** What an event is about, from its type and the elements of its detail. */
import { Kind } from '@cotbus/contracts';
import { attribute, lastNamed, lastWith, remarksText } from './element.ts';
import type { Element } from './element.ts';
import { isReference, isWayPoint, readPointLink } from './links.ts';

type Claim = (type: string, detail: readonly Element[]) => boolean;

const has = (detail: readonly Element[], names: ReadonlySet<string>): boolean => {
  for (const { name } of detail) if (names.has(name)) return true;
  return false;
};
const CHAT = new Set(['__chat']);
const AIRCRAFT = new Set(['_aircot_']);
const RAB = new Set(['range', 'bearing']);
const SHAPE = new Set(['shape', 'strokeColor', 'fillColor', 'strokeWeight', 'bullseye']);
const COLOR = new Set(['color']);
const CASEVAC = new Set(['_medevac_']);
const EMERGENCY = new Set(['emergency']);
const TASK = new Set(['task', '_task_']);

const isPoint = (e: Element): boolean => readPointLink(e) !== undefined;

/** Types on which a parent link says something else than "marker". */
const isNeverMarker = (type: string): boolean =>
  /^(?:b-t-f|t-s$|b-a-|a-f-G-U-C|b-r-f-h-c$)/.test(type) || isControl(type);

/** True for what clients and servers say to each other about their connection; it never reaches the air. */
export const isControl = (type: string): boolean =>
  type.startsWith('t-b') || (type.startsWith('t-x-') && type !== 't-x-d-d');

/** True for the offer of a file to be fetched (`b-f-t-r`) and what is answered to it. */
export const isFileShare = (type: string): boolean => /^b-f-t-[a-z]/.test(type);

const AIR = /^[^-]*-[^-]*-A(?:-|$)/;

// The first claim that holds decides; the order is that of the TAKPacketV2 payload selection.
const claims: readonly (readonly [Kind, Claim])[] = [
  [Kind.DELETE, (type) => type === 't-x-d-d'],
  [Kind.RAW, isControl],
  [Kind.TAKTALK, (type) => type === 'y-' || type === 'm-t-t'],
  [Kind.CHAT, (type, detail) => /^b-t-f(?:-[dr])?$/.test(type) || has(detail, CHAT)],
  [
    Kind.AIRCRAFT,
    (type, detail) =>
      lastWith(detail, '_radio', 'rssi') !== undefined ||
      has(detail, AIRCRAFT) ||
      (AIR.test(type) && /ICAO:\s*[A-Fa-f0-9]{6}/.test(remarksText(detail))),
  ],
  [Kind.ROUTE, (type, detail) => type === 'b-m-r' && detail.some((e) => isPoint(e) && isWayPoint(e))],
  [Kind.RAB, (type, detail) => has(detail, RAB) || (type === 'u-rb-a' && detail.some((e) => isPoint(e)))],
  [Kind.SHAPE, (_, detail) => has(detail, SHAPE) || detail.some((e) => isPoint(e))],
  [
    Kind.MARKER,
    (type, detail) =>
      type.startsWith('b-m-p-') ||
      has(detail, COLOR) ||
      attribute(lastNamed(detail, 'usericon'), 'iconsetpath') !== '' ||
      (!isNeverMarker(type) && detail.some((e) => isReference(e))),
  ],
  [Kind.CASEVAC, (type, detail) => type === 'b-r-f-h-c' || has(detail, CASEVAC)],
  [Kind.EMERGENCY, (type, detail) => type.startsWith('b-a-') || has(detail, EMERGENCY)],
  [Kind.TASK, (type, detail) => has(detail, TASK) || (type === 't-s' && detail.some((e) => isReference(e)))],
  [Kind.PLI, (type) => type.startsWith('a-')],
];

/** Never unspecified: what no claim knows is raw. */
export const eventKind = (type: string, detail: readonly Element[]): Kind => {
  for (const claim of claims) if (claim[1](type, detail)) return claim[0];
  return Kind.RAW;
};
