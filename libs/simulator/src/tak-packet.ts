/** What a unit's TAK client puts on port 78: an uncompressed TAKPacketV2 (first byte 0xFF), fields of schema B. */
import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import type { Place } from './track.ts';
import type { TakUnit } from './unit-plans.ts';

/** First byte of a payload without compression. */
const UNCOMPRESSED = 0xff;
const PLI_STALE_SECONDS = 75;
const CHAT_STALE_SECONDS = 86_400;
const ALL_CHAT_ROOMS = 'All Chat Rooms';

export interface Chat {
  /** Sender's uid; empty when the event does not say. */
  readonly senderUid: string;
  /** Uid or room; undefined for all chat rooms. */
  readonly to: string | undefined;
  readonly text: string;
}

const encode = (packet: MessageInitShape<typeof meshtastic.TAKPacketV2Schema>): Uint8Array => {
  const body = toBinary(meshtastic.TAKPacketV2Schema, create(meshtastic.TAKPacketV2Schema, packet));
  return Uint8Array.of(UNCOMPRESSED, ...body);
};

const whereIs = (unit: TakUnit, { latitudeI, longitudeI }: Place) => ({
  latitudeI,
  longitudeI,
  altitude: unit.track.altitudeHaeM,
});

/** A position report. @param batteryPercent 0 to 100. */
export const pliPayload = (unit: TakUnit, place: Place, batteryPercent: number): Uint8Array =>
  encode({
    ...whereIs(unit, place),
    cotTypeId: meshtastic.CotType.CotType_a_f_G_U_C,
    how: meshtastic.CotHow.CotHow_m_g,
    uid: unit.uid,
    callsign: unit.callsign,
    deviceCallsign: unit.callsign,
    team: unit.team,
    role: unit.memberRole,
    speed: Math.round(unit.track.speedMps * 100),
    course: Math.round(place.courseDeg * 100),
    battery: batteryPercent,
    geoSrc: meshtastic.GeoPointSource.GeoPointSource_GPS,
    altSrc: meshtastic.GeoPointSource.GeoPointSource_GPS,
    staleSeconds: PLI_STALE_SECONDS,
  });

/** A chat. @param messageId unique, without dots. @param to a uid; undefined for all chat rooms. */
export const chatPayload = (
  unit: TakUnit,
  place: Place,
  message: { readonly messageId: string; readonly text: string; readonly to?: string | undefined },
): Uint8Array => {
  const { to, text, messageId } = message;
  // `to_callsign` carries the sender's callsign, whatever its name says.
  const chat = { message: text, toCallsign: unit.callsign, ...(to === undefined ? {} : { to }) };
  return encode({
    ...whereIs(unit, place),
    cotTypeId: meshtastic.CotType.CotType_b_t_f,
    how: meshtastic.CotHow.CotHow_h_g_i_g_o,
    uid: `GeoChat.${unit.uid}.${to ?? ALL_CHAT_ROOMS}.${messageId}`,
    staleSeconds: CHAT_STALE_SECONDS,
    payloadVariant: { case: 'chat', value: create(meshtastic.GeoChatSchema, chat) },
  });
};

/** The chat in a payload of port 78; undefined for anything else, for a receipt, and for what is compressed. */
export const parseChat = (payload: Uint8Array): Chat | undefined => {
  const packet = decode(payload);
  if (packet?.payloadVariant.case !== 'chat') return undefined;
  const { message, to } = packet.payloadVariant.value;
  if (message === '') return undefined;
  const senderUid = /^GeoChat\.([^.]+)\./.exec(packet.uid)?.[1] ?? '';
  return { senderUid, to: to === ALL_CHAT_ROOMS ? undefined : to, text: message };
};

const decode = (payload: Uint8Array): meshtastic.TAKPacketV2 | undefined => {
  if (payload[0] !== UNCOMPRESSED) return undefined;
  try {
    return fromBinary(meshtastic.TAKPacketV2Schema, payload.subarray(1));
  } catch {
    return undefined;
  }
};
