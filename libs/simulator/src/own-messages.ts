/** What a radio says of itself while it runs: metrics to its client every minute, its node info when asked. */
import { meshtastic } from '@cotbus/contracts';
import type { AirtimeLedger } from './airtime-ledger.ts';
import type { ClientPort } from './client-port.ts';
import { broadcastPacket } from './mesh-packet.ts';
import type { Mesh } from './mesh.ts';
import { telemetryPayload, userPayload, type NodeIdentity } from './own-node.ts';
import type { Transmitter } from './transmitter.ts';

/** Own device telemetry to the client, not to the mesh. */
const TELEMETRY_INTERVAL_MS = 60_000;
/** One broadcast of the own node info per this time. */
const NODE_INFO_LIMIT_MS = 60_000;
const EXTERNAL_POWER = 101;

export interface OwnMessages {
  /** Broadcasts the own node info, at most once a minute; the client gets a copy. */
  announce(): void;
  /** Uptime starts again. */
  rebooted(): void;
  stop(): void;
}

export interface OwnMessagesOptions {
  readonly mesh: Mesh;
  readonly node: NodeIdentity;
  readonly port: ClientPort;
  readonly transmitter: Transmitter;
  readonly busy: AirtimeLedger;
}

export const createOwnMessages = ({ mesh, node, port, transmitter, busy }: OwnMessagesOptions): OwnMessages => {
  const { clock } = mesh;
  let bootedMs = clock.now();
  let announcedMs = -Infinity;

  const deliver = (portnum: meshtastic.PortNum, payload: Uint8Array): meshtastic.MeshPacket => {
    const packet = broadcastPacket({ from: node.num, id: mesh.nextPacketId(), portnum, payload });
    packet.rxTime = Math.floor(clock.now() / 1000);
    port.deliver(packet);
    return packet;
  };
  const stop = clock.every(TELEMETRY_INTERVAL_MS, () => {
    if (!port.attached) return;
    const metrics = {
      batteryLevel: EXTERNAL_POWER,
      channelUtilization: busy.percent(),
      airUtilTx: transmitter.airUtilTx(),
      uptimeSeconds: Math.floor((clock.now() - bootedMs) / 1000),
    };
    deliver(meshtastic.PortNum.TELEMETRY_APP, telemetryPayload(metrics, clock.now()));
  });

  return {
    announce: () => {
      if (clock.now() - announcedMs < NODE_INFO_LIMIT_MS) return;
      announcedMs = clock.now();
      transmitter.sendOwn(deliver(meshtastic.PortNum.NODEINFO_APP, userPayload(node)));
    },
    rebooted: () => {
      bootedMs = clock.now();
    },
    stop,
  };
};
