/** What is inside a packet of the uplink, with the keys that are there. */
import { meshtastic } from '@cotbus/contracts';
import type { ChannelSecret } from './channel-secret.ts';
import type { Envelope } from './envelope.ts';
import { cryptPacket } from './packet-cipher.ts';
import type { AesCtr } from './packet-cipher.ts';
import { readData } from './plausible-data.ts';

/** In the place of a channel's name: encrypted with the keys of its two nodes. */
const PKI_CHANNEL = 'PKI';

export type UnreadReason =
  /** A direct message between two nodes; no channel key opens it. Kept closed where its gateway has opened it, too. */
  | 'pki'
  /** No channel of ours has its name or its hash. */
  | 'channel_unknown'
  /** A channel of ours has its name, but the hash says that the keys differ. */
  | 'key_differs'
  /** A channel of ours fits, but what it decrypts to is no packet: another key with the same hash. */
  | 'undecryptable'
  /** Not encrypted, and such packets are not taken: whoever may publish could have made it. */
  | 'not_encrypted'
  /** A packet with nothing in it. */
  | 'empty';

export type PacketReading =
  | {
      readonly kind: 'read';
      /** Decoded, with the index of our channel, as a radio gives it to its host. */
      readonly packet: meshtastic.MeshPacket;
      readonly channel: ChannelSecret;
    }
  | { readonly kind: 'unread'; readonly reason: UnreadReason };

export interface PacketReader {
  readonly aesCtr: AesCtr;
  readonly channels: readonly ChannelSecret[];
  /** Whether packets that came unencrypted are taken (mqtt.encryption_enabled off at the gateways). */
  readonly takesDecoded: boolean;
}

export const readPacket = (reader: PacketReader, envelope: Envelope): PacketReading => {
  const { packet, channel: name } = envelope;
  const { payloadVariant } = packet;
  if (payloadVariant.case === undefined) return { kind: 'unread', reason: 'empty' };
  if (packet.pkiEncrypted || name === PKI_CHANNEL) return { kind: 'unread', reason: 'pki' };
  return payloadVariant.case === 'encrypted'
    ? decrypt(reader, envelope, payloadVariant.value)
    : takeDecoded(reader, envelope, payloadVariant.value);
};

/** MeshPacket.channel is the publisher's own index then, so the name decides. */
const takeDecoded = (reader: PacketReader, { packet, channel: name }: Envelope, data: meshtastic.Data) => {
  const channel = reader.channels.find((own) => own.name === name);
  if (channel === undefined) return unread('channel_unknown');
  if (!reader.takesDecoded) return unread('not_encrypted');
  return data.portnum === meshtastic.PortNum.UNKNOWN_APP ? unread('empty') : read(packet, channel, data);
};

const decrypt = ({ aesCtr, channels }: PacketReader, { packet, channel: name }: Envelope, bytes: Uint8Array) => {
  if (bytes.length === 0) return unread('empty');
  const fitting = channels.filter(({ hash }) => hash === packet.channel);
  const named = fitting.filter((channel) => channel.name === name);
  const tries = [
    ...named.map((channel) => ({ channel, rule: 'strictly' as const })),
    ...fitting.filter((channel) => channel.name !== name).map((channel) => ({ channel, rule: 'strictly' as const })),
    ...named.map((channel) => ({ channel, rule: 'exactly written' as const })),
  ];
  for (const { channel, rule } of tries) {
    const data = readData(cryptPacket(aesCtr, channel.key, packet, bytes), rule);
    if (data !== undefined) return read(packet, channel, data);
  }
  if (fitting.length > 0) return unread('undecryptable');
  return unread(channels.some((channel) => channel.name === name) ? 'key_differs' : 'channel_unknown');
};

const read = (packet: meshtastic.MeshPacket, channel: ChannelSecret, value: meshtastic.Data): PacketReading => ({
  kind: 'read',
  packet: { ...packet, channel: channel.index, payloadVariant: { case: 'decoded', value } },
  channel,
});

const unread = (reason: UnreadReason): PacketReading => ({ kind: 'unread', reason });
