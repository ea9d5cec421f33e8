/** CotEvent ↔ TAKPacketV2. Written in schema generation B; generation A is read as well. */
import { create } from '@bufbuild/protobuf';
import { CotEventSchema, meshtastic } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { callsignOf, roleOf, teamOf } from '../cot/copies.ts';
import { buildElements, dropIllegal } from '../cot/element.ts';
import { eventKind } from '../cot/kind.ts';
import { UNKNOWN_M } from '../cot/number.ts';
import { parseDetail } from '../cot/parse-xml.ts';
import { MAX_TYPE_CHARACTERS, MAX_UID_CHARACTERS } from '../limits.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { cotHowId, cotHowText, cotTypeId, cotTypeText } from './cot-type.ts';
import { buildEnvelope, parseEnvelope } from './envelope.ts';
import { MAX_LATITUDE_I, MAX_LONGITUDE_I, degreesOf, latitudeI, longitudeI, roundInt32 } from './geo.ts';
import type { Packet } from './payload.ts';
import { buildPayload, parsePayload } from './payloads.ts';
import { buildStaleAfterMs, parseStaleSeconds } from './stale.ts';

const COT_TYPE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Refused: `impossible` (a type that receivers would refuse), `unsupported` (a payload that is not written). */
export const parsePacket = (event: CotEvent): { readonly ok: true; readonly packet: Packet } | Refused => {
  if (!COT_TYPE.test(event.type)) return refuse('impossible', `CoT type "${event.type}"`);
  const detail = parseDetail(event.detail);
  const payload = parsePayload(eventKind(event.type, detail), { event, detail });
  if (!payload.ok) return payload;
  const cotType = cotTypeId(event.type);
  const packet = create(meshtastic.TAKPacketV2Schema, {
    cotTypeId: cotType,
    cotTypeStr: cotType === 0 ? event.type : '',
    how: cotHowId(event.how),
    uid: event.uid,
    latitudeI: latitudeI(event.lat),
    longitudeI: longitudeI(event.lon),
    altitude: roundInt32(event.hae),
    staleSeconds: parseStaleSeconds(event),
    ...parseEnvelope(detail, payload.variant.case),
    payloadVariant: payload.variant,
  });
  return { ok: true, packet };
};

/**
 * The event without times: it is stamped where it is handed on. Refused: `impossible` (no uid, no type, a position off
 * the globe), `unsupported` (a payload that is not read).
 */
export const buildEvent = (packet: Packet): { readonly ok: true; readonly event: CotEvent } | Refused => {
  const uid = dropIllegal(packet.uid).trim();
  const type = cotTypeText(packet.cotTypeId) || packet.cotTypeStr;
  if (uid === '') return refuse('impossible', 'packet without a uid');
  if (uid.length > MAX_UID_CHARACTERS) return refuse('impossible', `uid of ${uid.length} characters`);
  if (!COT_TYPE.test(type) || type.length > MAX_TYPE_CHARACTERS) {
    return refuse('impossible', `CoT type ${packet.cotTypeId} "${packet.cotTypeStr}"`);
  }
  if (Math.abs(packet.latitudeI) > MAX_LATITUDE_I || Math.abs(packet.longitudeI) > MAX_LONGITUDE_I) {
    return refuse('impossible', `position ${degreesOf(packet.latitudeI)}, ${degreesOf(packet.longitudeI)}`);
  }
  const payload = buildPayload({ ...packet, uid });
  if (!payload.ok) return payload;
  const detail = buildEnvelope(packet, type, payload.elements);
  return {
    ok: true,
    event: create(CotEventSchema, {
      uid,
      type,
      how: cotHowText(packet.how) || 'm-g',
      kind: eventKind(type, detail),
      staleAfterMs: buildStaleAfterMs(packet.staleSeconds),
      lat: degreesOf(packet.latitudeI),
      lon: degreesOf(packet.longitudeI),
      hae: packet.altitude,
      ce: UNKNOWN_M,
      le: UNKNOWN_M,
      detail: buildElements(detail),
      callsign: dropIllegal(callsignOf(detail)),
      team: teamOf(detail),
      role: roleOf(detail),
    }),
  };
};
