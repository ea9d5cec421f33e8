/** Envelopes as gateways of a mesh publish them. */
import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { BROADCAST, meshtastic, nodeText } from '@cotbus/contracts';
import { openChannels } from '../channel-secret.ts';
import type { ChannelSecret } from '../channel-secret.ts';
import { cryptPacket } from '../packet-cipher.ts';
import type { UplinkMessage } from '../uplink.ts';
import { bytesOf } from './hex.ts';
import { nodeAesCtr } from './node-aes-ctr.ts';

export const channel = (name: string, psk: string): ChannelSecret => {
  const [opened] = openChannels([{ name, psk: bytesOf(psk) }]);
  if (opened === undefined) throw new TypeError('no channel');
  return opened;
};

export const takChannel = channel('TAK', '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
export const longFast: ChannelSecret = { ...channel('LongFast', '01'), index: 1 };

export const tracker = 0x1122_3344;
export const gateway = 0x5566_7788;

type PacketFields = Extract<MessageInitShape<typeof meshtastic.MeshPacketSchema>, { $typeName?: never }>;
export type DataFields = MessageInitShape<typeof meshtastic.DataSchema>;

export const position: DataFields = { portnum: 3, payload: Uint8Array.of(0x0d, 1, 0, 0, 0), bitfield: 1 };

/** A packet that the tracker sent, encrypted as its channel wants it. */
export const encryptedPacket = (
  secret: ChannelSecret,
  data: DataFields,
  fields: PacketFields = {},
): meshtastic.MeshPacket => {
  const about = { from: tracker, id: 77, ...fields };
  const plain = toBinary(meshtastic.DataSchema, create(meshtastic.DataSchema, data));
  return create(meshtastic.MeshPacketSchema, {
    to: BROADCAST,
    channel: secret.hash,
    hopLimit: 3,
    hopStart: 3,
    ...about,
    payloadVariant: { case: 'encrypted', value: cryptPacket(nodeAesCtr, secret.key, about, plain) },
  });
};

export const decodedPacket = (data: DataFields, fields: PacketFields = {}): meshtastic.MeshPacket =>
  create(meshtastic.MeshPacketSchema, {
    from: tracker,
    to: BROADCAST,
    id: 77,
    hopLimit: 3,
    hopStart: 3,
    ...fields,
    payloadVariant: { case: 'decoded', value: create(meshtastic.DataSchema, data) },
  });

/** @param by the gateway. */
export const published = (packet: meshtastic.MeshPacket, channelId: string, by: number = gateway): UplinkMessage => {
  const envelope = create(meshtastic.ServiceEnvelopeSchema, { packet, channelId, gatewayId: nodeText(by) });
  return {
    topic: `msh/EU_868/2/e/${channelId}/${nodeText(by)}`,
    payload: toBinary(meshtastic.ServiceEnvelopeSchema, envelope),
    retained: false,
  };
};
