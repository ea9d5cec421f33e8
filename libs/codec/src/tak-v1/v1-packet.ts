/** TAKPacket with its texts as text ↔ bytes. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { V1_TEXT_BYTES } from '../limits.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { readText } from './text.ts';

export type V1Pli = Pick<meshtastic.TAKPacket_PLI, 'latitudeI' | 'longitudeI' | 'altitude' | 'speed' | 'course'>;

export interface V1Chat {
  readonly message: string;
  /** Uid, callsign or room; empty for everybody. */
  readonly to: string;
  readonly toCallsign: string;
}

/** In `device_callsign`, between uid and message id. */
export const ID_DIVIDER = '|';
/** How the message of a receipt begins; half a receipt is none, so it is never cut. */
export const RECEIPT_START = 'ACK:';

export interface V1Packet {
  readonly callsign: string;
  /** The uid, for chat also `uid|message id`. */
  readonly deviceCallsign: string;
  readonly team: meshtastic.Team;
  readonly role: meshtastic.MemberRole;
  /** Percent; 0 is not said. */
  readonly battery: number;
  readonly payload: { readonly case: 'pli'; readonly value: V1Pli } | { readonly case: 'chat'; readonly value: V1Chat };
}

const schema = meshtastic.TAKPacketSchema;
const NOTHING = new Uint8Array();

/** Refused: `garbled`, `impossible` (no payload), `unsupported` (a bare detail, a payload of a newer schema). */
export const readPacket = (bytes: Uint8Array): { readonly ok: true; readonly packet: V1Packet } | Refused => {
  const raw = parse(bytes);
  if (raw === undefined) return refuse('garbled', 'no TAKPacket');
  const { case: name, value } = raw.payloadVariant;
  if (name === undefined) {
    return raw.$unknown === undefined
      ? refuse('impossible', 'TAKPacket without a payload')
      : refuse('unsupported', 'TAKPacket with an unknown payload');
  }
  if (name === 'detail') return refuse('unsupported', `TAKPacket with a bare detail of ${value.length} bytes`);
  const read = (text: Uint8Array = NOTHING) => readText(text, raw.isCompressed);
  const callsign = read(raw.contact?.callsign);
  const deviceCallsign = read(raw.contact?.deviceCallsign);
  const payload = name === 'pli' ? raw.payloadVariant : readChat(value, read);
  if (callsign === undefined || deviceCallsign === undefined || payload === undefined) {
    return refuse('garbled', 'a text that is neither UTF-8 nor Unishox2');
  }
  const { team = 0, role = 0 } = raw.group ?? {};
  return { ok: true, packet: { callsign, deviceCallsign, team, role, battery: raw.status?.battery ?? 0, payload } };
};

const parse = (bytes: Uint8Array): meshtastic.TAKPacket | undefined => {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
};

const readChat = (
  chat: meshtastic.TAKPacket_GeoChat,
  read: (text?: Uint8Array) => string | undefined,
): V1Packet['payload'] | undefined => {
  const message = read(chat.message);
  const to = read(chat.to);
  const toCallsign = read(chat.toCallsign);
  if (message === undefined || to === undefined || toCallsign === undefined) return undefined;
  return { case: 'chat', value: { message, to, toCallsign } };
};

/** @param write bytes of a text that has at most so many of them */
export const serialisePacket = (
  { callsign, deviceCallsign, team, role, battery, payload }: V1Packet,
  write: (text: string, maxBytes: number) => Uint8Array,
  isCompressed = false,
): Uint8Array => {
  const name = (text: string): Uint8Array => write(text, V1_TEXT_BYTES.name);
  const packet = create(schema, {
    isCompressed,
    contact: { callsign: name(callsign), deviceCallsign: name(deviceCallsign) },
    ...(team === 0 && role === 0 ? {} : { group: { team, role } }),
    ...(battery === 0 ? {} : { status: { battery } }),
    payloadVariant:
      payload.case === 'pli'
        ? { case: 'pli', value: payload.value }
        : {
            case: 'chat',
            value: {
              message: write(payload.value.message, V1_TEXT_BYTES.message),
              ...(payload.value.to === '' ? {} : { to: name(payload.value.to) }),
              ...(payload.value.toCallsign === '' ? {} : { toCallsign: name(payload.value.toCallsign) }),
            },
          },
  });
  return toBinary(schema, packet);
};
