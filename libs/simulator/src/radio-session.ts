/** The radio's side of one client connection: what a message from the client makes it say. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import type { Client } from './client-port.ts';
import { CONFIG_ONLY_NONCE, handshake } from './handshake.ts';
import { dataOf } from './mesh-packet.ts';
import type { Radio } from './radio.ts';
import { createRateLimit } from './rate-limit.ts';
import { replayOf } from './replay.ts';

/** Packet ids the client API remembers; one of them again is dropped without a word. */
const REMEMBERED_IDS = 20;
/** Longest payload the firmware's decoder has room for; a packet with more is not understood at all. */
const MAX_PAYLOAD_BYTES = 233;
/** A heartbeat with this nonce asks for a broadcast of the node info instead of an answer. */
const ANNOUNCE_NONCE = 1;

export interface RadioSession {
  /** @returns false when the client said goodbye. */
  receive(message: meshtastic.ToRadio): boolean;
  close(): void;
}

/** @param client gets what the radio says; nothing before it asks for the configuration. */
export const createRadioSession = (radio: Radio, client: Client): RadioSession => {
  const mayPass = createRateLimit(radio.mesh.clock);
  const ids: number[] = [];
  let detach = (): void => {};

  const configure = (nonce: number): void => {
    detach();
    for (const message of handshake(radio, nonce)) client(message);
    detach = radio.port.attach(client);
    if (!radio.settings.firmware.thinNodes || nonce === CONFIG_ONLY_NONCE) return;
    for (const packet of replayOf(radio.nodes.list())) radio.port.deliver(packet);
  };
  const isRepeated = (id: number): boolean => {
    if (ids.includes(id)) return true;
    ids.push(id);
    if (ids.length > REMEMBERED_IDS) ids.shift();
    return false;
  };
  const send = (wanted: meshtastic.MeshPacket): void => {
    const data = dataOf(wanted);
    if (!data || data.payload.length > MAX_PAYLOAD_BYTES) return;
    const id = wanted.id || radio.mesh.nextPacketId();
    if (isRepeated(id)) return;
    if (radio.admin.take(create(meshtastic.MeshPacketSchema, { ...wanted, id })))
      return radio.transmitter.tellQueue(0, id);
    if (mayPass(data.portnum)) {
      radio.transmitter.send(create(meshtastic.MeshPacketSchema, { ...wanted, id }));
      return;
    }
    radio.transmitter.tellQueue(0, id);
    if (data.portnum === meshtastic.PortNum.TEXT_MESSAGE_APP) {
      radio.port.tellRouting(id, meshtastic.Routing_Error.RATE_LIMIT_EXCEEDED);
    }
  };

  return {
    receive: ({ payloadVariant }) => {
      if (payloadVariant.case === 'disconnect') return !payloadVariant.value;
      if (payloadVariant.case === 'wantConfigId') configure(payloadVariant.value);
      else if (payloadVariant.case === 'packet') send(payloadVariant.value);
      else if (payloadVariant.case === 'heartbeat') {
        if (payloadVariant.value.nonce === ANNOUNCE_NONCE) radio.announce();
        else radio.transmitter.tellQueue();
      }
      return true;
    },
    close: () => detach(),
  };
};
