/** What a radio makes of a packet that its client wants sent, and what it refuses. */
import { create, toBinary } from '@bufbuild/protobuf';
import { BROADCAST, meshtastic } from '@cotbus/contracts';
import type { Firmware } from './firmware.ts';
import { DEFAULT_HOP_LIMIT, dataOf } from './mesh-packet.ts';
import type { RadioSettings } from './radio-settings.ts';

/** LoRa's 255 bytes less Meshtastic's header of 16: the most that an encoded `Data` may have. */
const MAX_DATA_BYTES = 239;
/** Tag and nonce of a packet encrypted for one node. */
const UNICAST_CRYPTO_BYTES = 12;
const SIGNATURE_BYTES = 66;
const MAX_HOP_LIMIT = 7;

const { MeshPacket_Priority: Priority, PortNum } = meshtastic;

/**
 * The packet as it goes on the air: own sender, the radio's bitfield, priority, hops. A hop limit of 0 is taken
 * literally, except with `want_ack`; one above 7 becomes 3.
 */
export const asSent = (
  wanted: meshtastic.MeshPacket,
  data: meshtastic.Data,
  { node, hopLimit: configuredHops }: RadioSettings,
): meshtastic.MeshPacket => {
  const hopLimit =
    wanted.hopLimit > MAX_HOP_LIMIT
      ? DEFAULT_HOP_LIMIT
      : wanted.hopLimit === 0 && wanted.wantAck
        ? configuredHops
        : wanted.hopLimit;
  return create(meshtastic.MeshPacketSchema, {
    from: node.num,
    to: wanted.to,
    id: wanted.id,
    channel: wanted.channel,
    hopLimit,
    hopStart: hopLimit,
    wantAck: wanted.wantAck,
    priority: wanted.priority === Priority.UNSET ? defaultPriority(wanted, data) : wanted.priority,
    pkiEncrypted: isPrivate(wanted.to, data.portnum),
    payloadVariant: { case: 'decoded', value: create(meshtastic.DataSchema, { ...data, bitfield: 0 }) },
  });
};

const defaultPriority = (wanted: meshtastic.MeshPacket, data: meshtastic.Data): meshtastic.MeshPacket_Priority => {
  if (data.requestId !== 0) return Priority.RESPONSE;
  if (data.portnum === PortNum.TEXT_MESSAGE_APP || data.portnum === PortNum.ADMIN_APP) return Priority.HIGH;
  return wanted.wantAck ? Priority.RELIABLE : Priority.DEFAULT;
};

/** Packets to one node are encrypted with its key, but for the ports that must be readable without. */
const isPrivate = (to: number, portnum: number): boolean => {
  const open: readonly number[] = [
    PortNum.POSITION_APP,
    PortNum.NODEINFO_APP,
    PortNum.ROUTING_APP,
    PortNum.TRACEROUTE_APP,
  ];
  return to !== BROADCAST && !open.includes(portnum);
};

/** Length of the encoded `Data` as transmitted, and whether it fits into a LoRa frame. */
export const airSize = (sent: meshtastic.MeshPacket, firmware: Firmware): { bytes: number; fits: boolean } => {
  const data = dataOf(sent);
  const plain = data ? toBinary(meshtastic.DataSchema, data).length : 0;
  const bytes = plain + (sent.pkiEncrypted ? UNICAST_CRYPTO_BYTES : 0);
  const signed = firmware.signs && sent.to === BROADCAST && bytes + SIGNATURE_BYTES <= MAX_DATA_BYTES;
  return { bytes: signed ? bytes + SIGNATURE_BYTES : bytes, fits: bytes <= MAX_DATA_BYTES };
};
