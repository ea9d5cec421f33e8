/** An event ↔ TAKPacketV2. Both generations of the schema are read; which one is written is said by the profile. */
import { meshtastic } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { dropIllegal } from '../cot/element.ts';
import { eventOfTree, treeOfEvent } from '../cot/event-tree.ts';
import type { EventTree } from '../cot/event-tree.ts';
import { eventKind } from '../cot/kind.ts';
import { UNKNOWN_M } from '../cot/number.ts';
import { templateOf } from '../cot/template.ts';
import { MAX_TYPE_CHARACTERS, MAX_UID_CHARACTERS } from '../limits.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { cotHowId, cotHowText, cotTypeId, cotTypeText } from './cot-type.ts';
import { buildEnvelope, parseEnvelope } from './envelope.ts';
import { degreesOf, isOnGlobe, latitudeI, longitudeI, roundInt32 } from './geo.ts';
import type { PointI } from './geo.ts';
import { chooseVariant, isOnlyDetail } from './payload-choice.ts';
import type { Packet, PayloadVariant } from './payload.ts';
import { buildPayload, parsePayload, payloadCase } from './payloads.ts';
import { packetPoints } from './points.ts';
import { PROFILE_B } from './profile.ts';
import type { PacketProfile } from './profile.ts';
import { buildStaleAfterMs, parseStaleSeconds } from './stale.ts';

const COT_TYPE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

type Parsed = { readonly ok: true; readonly packet: Packet } | Refused;

/** The packet of an event from the bus. Refused as `impossible`: a type that receivers would refuse. */
export const parsePacket = (event: CotEvent, profile: PacketProfile = PROFILE_B): Parsed =>
  packetOfTree(treeOfEvent(event), profile);

/** As `parsePacket`, for an event whose detail is a tree. */
export const packetOfTree = (event: EventTree, profile: PacketProfile): Parsed => {
  if (!COT_TYPE.test(event.type)) return refuse('impossible', `CoT type "${event.type}"`);
  return { ok: true, packet: packetWith(event, profile, chooseVariant(event, profile)) };
};

/**
 * The packet of an event in the fields that the model has for it, where `parsePacket` sends the whole detail: for when
 * that does not fit. Undefined for what would be nothing then: a delete that deletes nothing, a file without its address.
 */
export const modelledPacket = (event: EventTree, profile: PacketProfile): Packet | undefined =>
  isOnlyDetail(event)
    ? undefined
    : packetWith(event, profile, parsePayload(payloadCase(event, profile), event, profile));

const EMPTY_PACKET = templateOf(meshtastic.TAKPacketV2Schema);

const packetWith = (event: EventTree, profile: PacketProfile, payloadVariant: PayloadVariant): Packet => {
  const cotType = cotTypeId(event.type, profile.schema);
  const packet: Packet = { ...EMPTY_PACKET, payloadVariant };
  packet.cotTypeId = cotType;
  if (cotType === meshtastic.CotType.CotType_Other) packet.cotTypeStr = event.type;
  packet.how = cotHowId(event.how);
  packet.uid = event.uid;
  packet.latitudeI = latitudeI(event.lat);
  packet.longitudeI = longitudeI(event.lon);
  packet.altitude = roundInt32(event.hae);
  packet.staleSeconds = parseStaleSeconds(event, profile);
  // The common elements are in a raw detail already.
  if (payloadVariant.case !== 'rawDetail') parseEnvelope(event, profile, packet);
  return packet;
};

type Built = { readonly ok: true; readonly event: CotEvent } | Refused;

/**
 * The event without times: it is stamped where it is handed on. Refused: `impossible` (no uid, no type, a position or
 * point off the globe), `garbled` (a raw detail that is no XML), `too_large` (one beyond the bounds of XML).
 */
export const buildEvent = (packet: Packet): Built => {
  const built = treeOfPacket(packet);
  return built.ok ? { ok: true, event: eventOfTree(built.tree) } : built;
};

/** As `buildEvent`, without writing the detail: for those who go on to XML. */
export const treeOfPacket = (packet: Packet): { readonly ok: true; readonly tree: EventTree } | Refused => {
  const uid = dropIllegal(packet.uid).trim();
  const type = cotTypeText(packet.cotTypeId) || packet.cotTypeStr;
  if (uid === '') return refuse('impossible', 'packet without a uid');
  if (uid.length > MAX_UID_CHARACTERS) return refuse('impossible', `uid of ${uid.length} characters`);
  if (!COT_TYPE.test(type) || type.length > MAX_TYPE_CHARACTERS) {
    return refuse('impossible', `CoT type ${packet.cotTypeId} "${packet.cotTypeStr}"`);
  }
  const points = packetPoints(packet);
  const lost = points.find((point) => !isOnGlobe(point));
  if (lost !== undefined) {
    return refuse('impossible', `position ${degreesOf(lost.latitudeI)}, ${degreesOf(lost.longitudeI)}`);
  }
  const payload = buildPayload(packet.uid === uid ? packet : { ...packet, uid });
  if ('ok' in payload) return payload;
  const place = eventPlace(packet, points);
  return { ok: true, tree: treeWith(packet, place, { uid, type, detail: buildEnvelope(packet, type, payload) }) };
};

const treeWith = (
  packet: Packet,
  place: PointI,
  { uid, type, detail }: Pick<EventTree, 'uid' | 'type' | 'detail'>,
): EventTree => ({
  uid,
  type,
  how: cotHowText(packet.how) || (isTaktalk(type) ? 'null' : 'm-g'),
  kind: eventKind(type, detail),
  timeMs: 0,
  startMs: 0,
  staleMs: 0,
  olderMs: 0,
  staleAfterMs: buildStaleAfterMs(packet.staleSeconds),
  lat: degreesOf(place.latitudeI),
  lon: degreesOf(place.longitudeI),
  // Beyond it no reader of a compressed packet would take it again.
  hae: Math.abs(packet.altitude) > UNKNOWN_M ? UNKNOWN_M : packet.altitude,
  ce: UNKNOWN_M,
  le: UNKNOWN_M,
  access: '',
  qos: '',
  opex: '',
  detail,
});

/** TAKTALK writes the word `null` where others say how they know. */
const isTaktalk = (type: string): boolean => type === 'm-t-t' || type === 'y-';

/** Some senders give a route no place of its own: it is where it starts. */
const eventPlace = (packet: Packet, [place, first]: readonly PointI[]): PointI =>
  packet.payloadVariant.case === 'route' && packet.latitudeI === 0 && packet.longitudeI === 0
    ? (first ?? packet)
    : (place ?? packet);
