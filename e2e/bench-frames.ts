/** Position reports of many users, numbered: none takes the place of another that is still under way. */
import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import { labelText } from './label.ts';

const { PortNum, TAKPacketV2Schema, CotType, CotHow } = meshtastic;
const UNCOMPRESSED = 0xff;
const FIRST_SENDER = 0x00b20000;
/** More than are ever under way. */
const SENDERS = 512;
const STALE_SECONDS = 3600;

/** Frame `number`: its packet id is the number, its callsign the label. */
export const benchFrame = (number: number): meshtastic.MeshPacket => {
  const sender = number % SENDERS;
  const report = create(TAKPacketV2Schema, {
    latitudeI: 470_000_000 + number,
    longitudeI: 110_000_000,
    altitude: 600,
    staleSeconds: STALE_SECONDS,
    cotTypeId: CotType.CotType_a_f_G_U_C,
    how: CotHow.CotHow_m_g,
    uid: `BENCH-${sender}`,
    callsign: labelText('rx', number),
    team: meshtastic.Team.Blue,
    role: meshtastic.MemberRole.TeamMember,
    battery: 77,
  });
  return broadcastPacket({
    from: FIRST_SENDER + sender,
    id: number,
    portnum: PortNum.ATAK_PLUGIN_V2,
    payload: Uint8Array.of(UNCOMPRESSED, ...toBinary(TAKPacketV2Schema, report)),
  });
};

/** A node that says its name: a contact. */
export const nodeFrame = (node: number): meshtastic.MeshPacket => {
  const { UserSchema } = meshtastic;
  const user = { longName: `Bench node ${node}`, shortName: `N${node % 1000}` };
  const payload = toBinary(UserSchema, create(UserSchema, user));
  const from = FIRST_SENDER + SENDERS + node;
  return broadcastPacket({ from, id: node, portnum: PortNum.NODEINFO_APP, payload });
};
