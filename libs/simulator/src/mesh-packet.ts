/** Packets as their sender's radio puts them on the air. */
import { create } from '@bufbuild/protobuf';
import { BROADCAST, meshtastic } from '@cotbus/contracts';

/** Hops a packet travels when nobody says otherwise (`HOP_RELIABLE`). */
export const DEFAULT_HOP_LIMIT = 3;

export interface PacketContent {
  readonly from: number;
  readonly id: number;
  readonly portnum: meshtastic.PortNum;
  readonly payload: Uint8Array;
}

/** A broadcast on the primary channel. */
export const broadcastPacket = ({ from, id, portnum, payload }: PacketContent): meshtastic.MeshPacket =>
  create(meshtastic.MeshPacketSchema, {
    from,
    to: BROADCAST,
    id,
    hopLimit: DEFAULT_HOP_LIMIT,
    hopStart: DEFAULT_HOP_LIMIT,
    payloadVariant: { case: 'decoded', value: create(meshtastic.DataSchema, { portnum, payload, bitfield: 0 }) },
  });

/** The readable content of a packet; undefined for an encrypted one. */
export const dataOf = (packet: meshtastic.MeshPacket): meshtastic.Data | undefined =>
  packet.payloadVariant.case === 'decoded' ? packet.payloadVariant.value : undefined;
