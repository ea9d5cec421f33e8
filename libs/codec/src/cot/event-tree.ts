/** An event whose detail is a tree: what the codec works on. `CotEvent` is its form on the bus. */
import { CotEventSchema } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { callsignOf, roleOf, teamOf } from './copies.ts';
import { buildElements, dropIllegal } from './element.ts';
import type { Element } from './element.ts';
import { eventKind } from './kind.ts';
import { parseDetail } from './parse-xml.ts';
import { templateOf } from './template.ts';

type EventFields = Omit<CotEvent, '$typeName' | '$unknown' | 'detail' | 'callsign' | 'team' | 'role'>;

export interface EventTree extends EventFields {
  /** The children of `<detail>`. */
  readonly detail: readonly Element[];
}

/** The kind is found anew: another version, or nobody, may have set it. */
export const treeOfEvent = (event: CotEvent): EventTree => treeWith(event, parseDetail(event.detail));

const treeWith = (event: CotEvent, detail: readonly Element[]): EventTree => ({
  uid: event.uid,
  type: event.type,
  how: event.how,
  kind: eventKind(event.type, detail),
  timeMs: event.timeMs,
  startMs: event.startMs,
  staleMs: event.staleMs,
  olderMs: event.olderMs,
  staleAfterMs: event.staleAfterMs,
  lat: event.lat,
  lon: event.lon,
  hae: event.hae,
  ce: event.ce,
  le: event.le,
  access: event.access,
  qos: event.qos,
  opex: event.opex,
  detail,
});

const EMPTY_EVENT = templateOf(CotEventSchema);

export const eventOfTree = (tree: EventTree): CotEvent => ({
  ...EMPTY_EVENT,
  ...tree,
  detail: buildElements(tree.detail),
  callsign: dropIllegal(callsignOf(tree.detail)),
  team: dropIllegal(teamOf(tree.detail)),
  role: dropIllegal(roleOf(tree.detail)),
});
