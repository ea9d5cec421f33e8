/** Packets that are not news: since 2.8 a radio sends what it remembers of its nodes again after every dump. */
import { meshtastic } from '@cotbus/contracts';

const { BACKGROUND } = meshtastic.MeshPacket_Priority;
const { TRANSPORT_LORA } = meshtastic.MeshPacket_TransportMechanism;

/**
 * True for a remembered Position, Telemetry or status. They look like broadcasts heard over LoRa, but a signal of
 * exactly 0 dBm at background priority is none that was heard. Their rx_time is when the radio heard the original;
 * their ids are the same on every connect. What came over MQTT or UDP has no signal either and another transport.
 */
export const isReplayed = (packet: meshtastic.MeshPacket): boolean =>
  packet.rxRssi === 0 &&
  packet.priority === BACKGROUND &&
  packet.transportMechanism === TRANSPORT_LORA &&
  !packet.viaMqtt &&
  packet.payloadVariant.case === 'decoded';
