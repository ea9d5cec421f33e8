/** Numbered frames as users of a mesh put them on the air: uncompressed TAKPacketV2 (port 78, first byte 0xFF). */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import { labelText } from './label.ts';

const { PortNum, TAKPacketV2Schema, CotType, CotHow } = meshtastic;
const UNCOMPRESSED = 0xff;
const FIRST_SENDER = 0x00e20000;
const SENDERS = 20;
/** Every so many is a chat, and every so many is off the globe, so that refusals are tested too. */
const CHAT_EVERY = 5;
const IMPOSSIBLE_EVERY = 23;
const STALE_SECONDS = 3600;
const OFF_THE_GLOBE_I = 2_000_000_000;

/** Frame `number` of a run: its packet id is the number. */
export const numberedFrame = (number: number): meshtastic.MeshPacket => {
  const sender = number % SENDERS;
  const packet = number % CHAT_EVERY === 0 ? chat(sender, number) : report(sender, number);
  return broadcastPacket({
    from: FIRST_SENDER + sender,
    id: number,
    portnum: PortNum.ATAK_PLUGIN_V2,
    payload: Uint8Array.of(UNCOMPRESSED, ...toBinary(TAKPacketV2Schema, create(TAKPacketV2Schema, packet))),
  });
};

/** True for the node numbers that numbered frames come from. */
export const isNumberedSender = (node: number): boolean => node >= FIRST_SENDER && node < FIRST_SENDER + SENDERS;

const place = (number: number) => ({
  latitudeI: number % IMPOSSIBLE_EVERY === 0 ? OFF_THE_GLOBE_I : 470_000_000 + number,
  longitudeI: 110_000_000,
  altitude: 600,
  staleSeconds: STALE_SECONDS,
});

const report = (sender: number, number: number): MessageInitShape<typeof TAKPacketV2Schema> => ({
  ...place(number),
  cotTypeId: CotType.CotType_a_f_G_U_C,
  how: CotHow.CotHow_m_g,
  uid: `E2E-MESH-${sender}`,
  callsign: labelText('rx', number),
  team: meshtastic.Team.Blue,
  role: meshtastic.MemberRole.TeamMember,
  battery: 77,
});

const chat = (sender: number, number: number): MessageInitShape<typeof TAKPacketV2Schema> => ({
  ...place(number),
  cotTypeId: CotType.CotType_b_t_f,
  how: CotHow.CotHow_h_g_i_g_o,
  uid: `GeoChat.E2E-MESH-${sender}.All Chat Rooms.${labelText('rx', number)}`,
  payloadVariant: {
    case: 'chat',
    value: create(meshtastic.GeoChatSchema, { message: labelText('rx', number), toCallsign: `E2E ${sender}` }),
  },
});

/** Uid and label text of a packet that a radio sent; undefined for what is no uncompressed TAKPacketV2. */
export const readSent = (
  packet: meshtastic.MeshPacket,
): { uid: string; text: string; isState: boolean } | undefined => {
  const data = packet.payloadVariant.case === 'decoded' ? packet.payloadVariant.value : undefined;
  if (data?.portnum !== PortNum.ATAK_PLUGIN_V2 || data.payload[0] !== UNCOMPRESSED) return undefined;
  const { uid, callsign, payloadVariant } = fromBinary(TAKPacketV2Schema, data.payload.subarray(1));
  return { uid, text: `${uid} ${callsign}`, isState: payloadVariant.case !== 'chat' };
};
