/** How a packet reached the radio. */
import type { meshtastic } from '@cotbus/contracts';

export interface Reception {
  /** Of the last hop, like the next. */
  readonly snrDb: number | undefined;
  readonly rssiDbm: number | undefined;
  readonly hops: number | undefined;
  /** It crossed MQTT somewhere on its way. */
  readonly viaMqtt: boolean;
}

/** Three bits on the air. */
const MAX_HOPS = 7;

/** A signal of 0 dBm was not heard over LoRa: it has no strength and no noise. */
export const readReception = (packet: meshtastic.MeshPacket): Reception => ({
  snrDb: packet.rxRssi !== 0 && Number.isFinite(packet.rxSnr) ? packet.rxSnr : undefined,
  rssiDbm: packet.rxRssi === 0 ? undefined : packet.rxRssi,
  hops: hopsOf(packet),
  viaMqtt: packet.viaMqtt,
});

/** Firmware before 2.3 does not say with how many hops a packet set out; a bitfield shows that a zero is meant. */
const hopsOf = ({ hopStart, hopLimit, payloadVariant }: meshtastic.MeshPacket): number | undefined => {
  const isSaid = hopStart > 0 || (payloadVariant.case === 'decoded' && payloadVariant.value.bitfield !== undefined);
  return isSaid && hopStart >= hopLimit && hopStart <= MAX_HOPS ? hopStart - hopLimit : undefined;
};

/** Of the last packet, as the radio's dump has it: without a strength, and 0 dB when it has none. */
export const readInfoReception = ({ snr, hopsAway, viaMqtt }: meshtastic.NodeInfo): Reception => ({
  snrDb: snr !== 0 && Number.isFinite(snr) ? snr : undefined,
  rssiDbm: undefined,
  hops: hopsAway !== undefined && hopsAway <= MAX_HOPS ? hopsAway : undefined,
  viaMqtt,
});
