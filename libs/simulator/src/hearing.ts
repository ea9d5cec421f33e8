/** What of the packets on the air a radio shows its client. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { dataOf } from './mesh-packet.ts';
import type { RadioSettings } from './radio-settings.ts';
import { createTakModule, type TextPacker } from './tak-module.ts';

const { PortNum, Config_DeviceConfig_RebroadcastMode: RebroadcastMode } = meshtastic;

/** Ports that CORE_PORTNUMS_ONLY lets through; the others it drops as if they had not been heard. */
const corePorts: ReadonlySet<number> = new Set([
  PortNum.TEXT_MESSAGE_APP,
  PortNum.POSITION_APP,
  PortNum.NODEINFO_APP,
  PortNum.ROUTING_APP,
  PortNum.ADMIN_APP,
  PortNum.ALERT_APP,
  PortNum.TELEMETRY_APP,
  PortNum.TRACEROUTE_APP,
  PortNum.NEIGHBORINFO_APP,
]);

/** @returns the packets that the client gets, in this order; none of one that the radio drops. */
export const createHearing = (settings: RadioSettings, packer?: TextPacker) => {
  const { firmware, rebroadcast } = settings;
  const tak = createTakModule(settings, packer);
  return {
    sent: (payload: Uint8Array): Uint8Array => tak.sent(payload),
    heard: (packet: meshtastic.MeshPacket): readonly meshtastic.MeshPacket[] => {
      const data = dataOf(packet);
      if (data === undefined) return firmware.showsUnreadable ? [packet] : [];
      if (rebroadcast === RebroadcastMode.CORE_PORTNUMS_ONLY && !corePorts.has(data.portnum)) return [];
      if (data.portnum !== PortNum.ATAK_PLUGIN) return [packet];
      return tak.heard(data.payload).map((payload) => withPayload(packet, data, payload));
    },
  };
};

const withPayload = (
  packet: meshtastic.MeshPacket,
  data: meshtastic.Data,
  payload: Uint8Array,
): meshtastic.MeshPacket =>
  payload === data.payload
    ? packet
    : create(meshtastic.MeshPacketSchema, {
        ...packet,
        payloadVariant: { case: 'decoded', value: create(meshtastic.DataSchema, { ...data, payload }) },
      });
