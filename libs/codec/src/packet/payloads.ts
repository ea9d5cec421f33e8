/** Every payload of TAKPacketV2: one line each, complete by its type. */
import { Kind } from '@cotbus/contracts';
import type { Element } from '../cot/element.ts';
import type { EventTree } from '../cot/event-tree.ts';
import type { Refused } from '../result.ts';
import type { Packet, Payload, PayloadCase, PayloadTable, PayloadVariant } from './payload.ts';
import { aircraft } from './payloads/aircraft.ts';
import { casevac } from './payloads/casevac.ts';
import { chat } from './payloads/chat.ts';
import { emergency } from './payloads/emergency.ts';
import { marker } from './payloads/marker.ts';
import { pli } from './payloads/pli.ts';
import { rab } from './payloads/rab.ts';
import { rawDetail } from './payloads/raw-detail.ts';
import { route } from './payloads/route.ts';
import { shape } from './payloads/shape.ts';
import { taktalkRoom } from './payloads/taktalk-room.ts';
import { taktalk } from './payloads/taktalk.ts';
import { task } from './payloads/task.ts';
import type { PacketProfile } from './profile.ts';

const payloads: PayloadTable = {
  pli,
  chat,
  aircraft,
  rawDetail,
  shape,
  marker,
  rab,
  route,
  casevac,
  emergency,
  task,
  taktalk,
  taktalkRoom,
};

const casesByKind: ReadonlyMap<Kind, PayloadCase> = new Map([
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

/** The payload that has fields for a kind; `pli`, which has none, for the rest. */
export const payloadCase = ({ kind, type }: EventTree, { schema }: PacketProfile): PayloadCase => {
  if (kind === Kind.TAKTALK && schema === 'b') return type === 'y-' ? 'taktalkRoom' : 'taktalk';
  return casesByKind.get(kind) ?? 'pli';
};

/** What the payload of that name makes of an event; `pli`, or nothing, when it finds nothing of its own. */
export const parsePayload = (name: PayloadCase, event: EventTree, profile: PacketProfile): PayloadVariant => {
  const value = payloads[name].parse(event, profile);
  // Row and case belong together; TypeScript cannot follow the pair through the union.
  if (value !== undefined) return { case: name, value } as PayloadVariant;
  return name === 'pli' ? { case: undefined } : parsePayload('pli', event, profile);
};

/** The elements of the packet's payload; none when it has none. */
export const buildPayload = (packet: Packet): readonly Element[] | Refused => {
  const { case: name, value } = packet.payloadVariant;
  if (name === undefined) return [];
  const payload = payloads[name] as Payload<typeof name>;
  return (payload.build as (value: unknown, packet: Packet) => readonly Element[] | Refused)(value, packet);
};
