/**
 * A node of the mesh with MQTT switched on: what it hears it publishes for hosts, as radios do it, and what hosts publish it
 * takes or refuses by the rules of the firmware, and puts on the air. Nothing here knows how Cotbus reads or writes either.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { BROADCAST, meshtastic, nodeText } from '@cotbus/contracts';
import { channelName, openChannels, type ChannelSecret } from '@cotbus/meshtastic';
import { cipher } from './channel-cipher.ts';
import type { MeshChannel } from './channels.ts';
import { downlinkFault } from './downlink-rules.ts';
import { firmwares, type FirmwareVersion } from './firmware.ts';
import { dataOf } from './mesh-packet.ts';
import type { Mesh } from './mesh.ts';
import type { NodeIdentity } from './own-node.ts';

/** A connection to the broker, of the caller. */
export interface MeshBrokerClient {
  /** QoS 0, not retained. */
  publish(topic: string, payload: Uint8Array): void;
  /** @param filter of MQTT. @returns ends it. */
  subscribe(filter: string, onMessage: (topic: string, payload: Uint8Array) => void): () => void;
}

export interface UplinkGatewayOptions {
  readonly mesh: Mesh;
  readonly broker: MeshBrokerClient;
  readonly node: NodeIdentity;
  /** Default `msh/EU_868`. */
  readonly root?: string;
  /** `mqtt.encryption_enabled`, default true: envelopes go, and are taken, encrypted. */
  readonly encrypted?: boolean;
  /** Default 2.8.0. */
  readonly firmware?: FirmwareVersion;
  /** Relays between it and the middle of the mesh. Default 0. */
  readonly hopsAway?: number;
  /** With uplink and downlink enabled; default those of the mesh. A packet's channel is an index here. */
  readonly channels?: readonly MeshChannel[];
}

export interface UplinkGateway {
  /** Packets of hosts that it took, as it put them on the air or kept them for itself. */
  taken(): readonly meshtastic.MeshPacket[];
  /** Why it did not take the others, in words. */
  refused(): readonly string[];
  /** Leaves mesh and broker. */
  stop(): void;
}

export const startUplinkGateway = (options: UplinkGatewayOptions): UplinkGateway => {
  const { mesh, broker, node, root = 'msh/EU_868', encrypted = true, hopsAway = 0 } = options;
  const firmware = firmwares[options.firmware ?? '2.8.0'];
  const channels = openChannels(
    (options.channels ?? mesh.channels).map(({ name, psk }) => ({
      name: channelName(name, { usePreset: true, modemPreset: meshtastic.Config_LoRaConfig_ModemPreset.LONG_FAST }),
      psk,
    })),
  );
  const gatewayId = nodeText(node.num);
  const taken: meshtastic.MeshPacket[] = [];
  const refused: string[] = [];

  const hear = (packet: meshtastic.MeshPacket): void => {
    const data = dataOf(packet);
    const channel = channels[packet.channel];
    if (packet.viaMqtt || data === undefined || channel === undefined) return;
    const uplinked = create(meshtastic.MeshPacketSchema, {
      ...packet,
      ...(encrypted && {
        channel: channel.hash,
        payloadVariant: { case: 'encrypted', value: cipher(channel, packet, dataBytes(data)) },
      }),
    });
    const envelope = { packet: uplinked, channelId: channel.name, gatewayId };
    const payload = toBinary(meshtastic.ServiceEnvelopeSchema, create(meshtastic.ServiceEnvelopeSchema, envelope));
    broker.publish(`${root}/2/e/${channel.name}/${gatewayId}`, payload);
  };

  const take = (payload: Uint8Array): void => {
    const envelope = fromBinary(meshtastic.ServiceEnvelopeSchema, payload);
    const { packet, gatewayId: from } = envelope;
    if (packet === undefined || from === gatewayId) return;
    const plain = readable(packet, envelope.channelId, { channels, encrypted });
    if (typeof plain === 'string') return void refused.push(plain);
    const fault = downlinkFault(plain.packet, { own: node.num, isStrict: firmware.signs });
    if (fault !== undefined) return void refused.push(fault);
    const { hopLimit } = plain.packet;
    const sent = create(meshtastic.MeshPacketSchema, { ...plain.packet, viaMqtt: true });
    if (taken.some(({ from: sender, id }) => sender === sent.from && id === sent.id)) return;
    taken.push(sent);
    if (hopLimit > 0) mesh.transmit(create(meshtastic.MeshPacketSchema, { ...sent, hopLimit: hopLimit - 1 }));
  };
  const ends = channels.map(({ name }) =>
    broker.subscribe(`${root}/2/e/${name}/+`, (_topic, payload) => {
      try {
        take(payload);
      } catch {
        refused.push('no ServiceEnvelope');
      }
    }),
  );
  const leave = mesh.join({ num: node.num, hopsAway, hear });
  return {
    taken: () => [...taken],
    refused: () => [...refused],
    stop: () => {
      leave();
      for (const end of ends) end();
    },
  };
};

const dataBytes = (data: meshtastic.Data): Uint8Array => toBinary(meshtastic.DataSchema, data);

/** The packet as the radio reads it, or why it does not. */
const readable = (
  packet: meshtastic.MeshPacket,
  name: string,
  { channels, encrypted }: { readonly channels: readonly ChannelSecret[]; readonly encrypted: boolean },
): { readonly packet: meshtastic.MeshPacket } | string => {
  const named = channels.find((channel) => channel.name === name);
  if (named === undefined) return `no channel ${JSON.stringify(name)} with downlink`;
  const { payloadVariant } = packet;
  if (payloadVariant.case === 'decoded') return encrypted ? 'not encrypted' : { packet };
  if (payloadVariant.case === undefined) return 'no payload';
  for (const channel of channels.filter(({ hash }) => hash === packet.channel)) {
    const data = decoded(cipher(channel, packet, payloadVariant.value));
    if (data === undefined) continue;
    const { index } = channel;
    const variant = { payloadVariant: { case: 'decoded' as const, value: data }, channel: index };
    return { packet: create(meshtastic.MeshPacketSchema, { ...packet, ...variant }) };
  }
  return `cannot be decrypted (hash ${packet.channel})`;
};

const decoded = (bytes: Uint8Array): meshtastic.Data | undefined => {
  try {
    const data = fromBinary(meshtastic.DataSchema, bytes);
    return data.portnum === meshtastic.PortNum.UNKNOWN_APP ? undefined : data;
  } catch {
    return undefined;
  }
};

/** A broadcast on a channel that no radio of this mesh has: what they can tell of it is its hash. */
export const unreadablePacket = (from: number, id: number, hash: number): meshtastic.MeshPacket =>
  create(meshtastic.MeshPacketSchema, {
    from,
    to: BROADCAST,
    id,
    hopLimit: 3,
    hopStart: 3,
    channel: hash,
    payloadVariant: { case: 'encrypted', value: Uint8Array.from({ length: 40 }, (_, at) => (from + id * at) & 0xff) },
  });
