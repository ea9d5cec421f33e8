/** What a radio makes of a packet that its client wants sent, and what it refuses. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { airSize, isPrivate } from '@cotbus/meshtastic';
import type { AirSize } from '@cotbus/meshtastic';
import type { Firmware } from './firmware.ts';
import { DEFAULT_HOP_LIMIT, dataOf } from './mesh-packet.ts';
import type { RadioSettings } from './radio-settings.ts';

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

/** Length of the encoded `Data` as transmitted, and whether it fits into a LoRa frame. */
export const sizeOf = (sent: meshtastic.MeshPacket, { signs }: Firmware): AirSize => {
  const data = dataOf(sent);
  return data === undefined ? { bytes: 0, fits: true } : airSize(data, { to: sent.to, signs });
};
