/** Every payload of TAKPacketV2: one line each, complete by its type. */
import { Kind } from '@cotbus/contracts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import type { Element } from '../cot/element.ts';
import { UNSUPPORTED } from './payload.ts';
import type { EventView, Packet, Payload, PayloadCase, PayloadTable, PayloadVariant } from './payload.ts';
import { chat } from './payloads/chat.ts';
import { pli } from './payloads/pli.ts';

const payloads: PayloadTable = {
  pli,
  chat,
  aircraft: UNSUPPORTED,
  rawDetail: UNSUPPORTED,
  shape: UNSUPPORTED,
  marker: UNSUPPORTED,
  rab: UNSUPPORTED,
  route: UNSUPPORTED,
  casevac: UNSUPPORTED,
  emergency: UNSUPPORTED,
  task: UNSUPPORTED,
  taktalk: UNSUPPORTED,
  taktalkRoom: UNSUPPORTED,
};

/** Which payload carries an event; deletes and what has no payload of its own travel as their detail. */
const payloadCase = (kind: Kind, type: string): PayloadCase => {
  if (kind === Kind.TAKTALK) return type === 'y-' ? 'taktalkRoom' : 'taktalk';
  return casesByKind.get(kind) ?? 'rawDetail';
};

const casesByKind: ReadonlyMap<Kind, PayloadCase> = new Map([
  [Kind.PLI, 'pli'],
  [Kind.CHAT, 'chat'],
  [Kind.AIRCRAFT, 'aircraft'],
  [Kind.SHAPE, 'shape'],
  [Kind.MARKER, 'marker'],
  [Kind.RAB, 'rab'],
  [Kind.ROUTE, 'route'],
  [Kind.CASEVAC, 'casevac'],
  [Kind.EMERGENCY, 'emergency'],
  [Kind.TASK, 'task'],
]);

/** @param kind of the event, by its type and detail */
export const parsePayload = (
  kind: Kind,
  view: EventView,
): { readonly ok: true; readonly variant: PayloadVariant } | Refused => {
  const name = payloadCase(kind, view.event.type);
  const payload = payloads[name];
  if (payload === UNSUPPORTED) return refuse('unsupported', `${view.event.type} needs the payload ${name}`);
  const value = payload.parse(view);
  // Row and case belong together; TypeScript cannot follow the pair through the union.
  return { ok: true, variant: (value === undefined ? { case: undefined } : { case: name, value }) as PayloadVariant };
};

/** The elements of the packet's payload; none when it has none. */
export const buildPayload = (
  packet: Packet,
): { readonly ok: true; readonly elements: readonly Element[] } | Refused => {
  const { case: name, value } = packet.payloadVariant;
  if (name === undefined) return { ok: true, elements: [] };
  const payload = payloads[name] as Payload<typeof name> | typeof UNSUPPORTED;
  if (payload === UNSUPPORTED) return refuse('unsupported', `payload ${name}`);
  return {
    ok: true,
    elements: (payload.build as (value: unknown, packet: Packet) => readonly Element[])(value, packet),
  };
};
