/** Firmware 2.8 after a handshake: remembered positions and metrics, shaped like packets just heard. */
import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { broadcastPacket } from './mesh-packet.ts';
import { telemetryPayload } from './own-node.ts';

/** One packet per record; ids are the same each time. */
export const replayOf = (nodes: readonly meshtastic.NodeInfo[]): meshtastic.MeshPacket[] =>
  nodes.flatMap((node) => {
    const { POSITION_APP, TELEMETRY_APP } = meshtastic.PortNum;
    const packets: meshtastic.MeshPacket[] = [];
    if (node.position) {
      const payload = toBinary(meshtastic.PositionSchema, node.position);
      packets.push(replayed(node, POSITION_APP, payload, node.position.time || node.lastHeard));
    }
    if (node.deviceMetrics) {
      const payload = telemetryPayload(node.deviceMetrics, node.lastHeard * 1000);
      packets.push(replayed(node, TELEMETRY_APP, payload, node.lastHeard));
    }
    return packets;
  });

const replayed = (
  node: meshtastic.NodeInfo,
  portnum: meshtastic.PortNum,
  payload: Uint8Array,
  rxTime: number,
): meshtastic.MeshPacket =>
  create(meshtastic.MeshPacketSchema, {
    ...broadcastPacket({
      from: node.num,
      id: Math.imul(node.num ^ rxTime, 0x9e3779b1 + 2 * portnum) >>> 0,
      portnum,
      payload,
    }),
    channel: node.channel,
    rxTime,
    rxSnr: node.snr,
    hopStart: node.hopsAway ?? 0,
    hopLimit: 0,
    priority: meshtastic.MeshPacket_Priority.BACKGROUND,
    transportMechanism: meshtastic.MeshPacket_TransportMechanism.TRANSPORT_LORA,
  });
