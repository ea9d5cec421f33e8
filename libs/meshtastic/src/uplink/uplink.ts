/**
 * Meshtastic's MQTT traffic as a host sees a mesh through it: topic and envelope, our own traffic, keys, copies from
 * several gateways. Any bytes on any topic end as one UplinkHeard.
 */
import type { meshtastic } from '@cotbus/contracts';
import type { ChannelSecret } from './channel-secret.ts';
import { createCopies } from './copies.ts';
import type { CopiesOptions, CopyFate } from './copies.ts';
import { decodeEnvelope } from './envelope.ts';
import type { Envelope, EnvelopeRefusal } from './envelope.ts';
import { readMapReport } from './map-report.ts';
import type { MapReport } from './map-report.ts';
import { createOwnPackets } from './own-traffic.ts';
import type { OwnTraffic } from './own-traffic.ts';
import type { AesCtr } from './packet-cipher.ts';
import { readPacket } from './read-packet.ts';
import type { PacketReading, UnreadReason } from './read-packet.ts';
import { parseMeshTopic } from './topic.ts';
import type { MeshTopic } from './topic.ts';
import { createUnreadCounts } from './unread-counts.ts';
import type { UnreadRow } from './unread-counts.ts';

type UplinkRefusal =
  | EnvelopeRefusal
  | 'topic_unknown'
  /** Text for people and programs, `json` or `stat`: the same comes as an envelope. */
  | 'topic_not_read'
  /** Radios retain nothing: of unknown age. */
  | 'retained'
  /** Topic and envelope name different channels; the broker's access rules know only the topic. */
  | 'channel_disagrees'
  /** Below `map`, and no map report in clear. */
  | 'map_report_unreadable'
  /** More packets under one id than are believed. */
  | 'too_many_variants';

export type UplinkHeard =
  /** News: for the node table and for the host. A variant may be forged, or what came before it. */
  | {
      readonly kind: 'packet';
      readonly packet: meshtastic.MeshPacket;
      readonly gateway: string;
      readonly variant: boolean;
    }
  /** News that is not read: encrypted, as it came, channel is the hash; or emptied. Its sender was heard all the same. */
  | {
      readonly kind: 'unread';
      readonly packet: meshtastic.MeshPacket;
      readonly gateway: string;
      readonly channel: string;
      readonly reason: UnreadReason;
    }
  /** Another gateway's copy. When `better`, its reception takes the place of the one before: for the node table alone. */
  | {
      readonly kind: 'copy';
      readonly packet: meshtastic.MeshPacket;
      readonly gateway: string;
      readonly better: boolean;
    }
  | { readonly kind: 'mapReport'; readonly report: MapReport }
  | { readonly kind: 'own'; readonly traffic: OwnTraffic; readonly packetId: number; readonly gateway: string }
  | { readonly kind: 'refused'; readonly reason: UplinkRefusal; readonly detail: string };

export interface UplinkOptions extends CopiesOptions {
  readonly aesCtr: AesCtr;
  readonly channels: readonly ChannelSecret[];
  /** From nodeFromSeed. */
  readonly node: number;
  /** Whether unencrypted packets count; map reports always do. */
  readonly takesDecoded: boolean;
}

export interface UplinkMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retained: boolean;
}

export interface Uplink {
  /** @param nowMs monotonic, never less than before. */
  message(message: UplinkMessage, nowMs: number): UplinkHeard;
  /** A packet of ours is published: to be said before its echo can come. */
  sent(packetId: number, nowMs: number): void;
  /** Seen but not readable, most packets first. */
  unread(): UnreadRow[];
}

export const createUplink = (options: UplinkOptions): Uplink => {
  const copies = createCopies(options);
  const ownPackets = createOwnPackets(options.node);
  const counts = createUnreadCounts();

  const packetHeard = (envelope: Envelope, nowMs: number): UplinkHeard => {
    const { packet, channel } = envelope;
    if (packet.id === 0) return refused('impossible', 'a packet without an id');
    const reading = readPacket(options, envelope);
    const fate = copies.take(reading.kind === 'read' ? reading.packet : packet, nowMs);
    if (reading.kind === 'unread' && isNews(fate)) {
      counts.note({ channel, hash: packet.channel, reason: reading.reason, lastFrom: packet.from }, nowMs);
    }
    return heardOf(reading, envelope, fate);
  };

  return {
    message: ({ topic, payload, retained }, nowMs) => {
      const place = parseMeshTopic(topic);
      const reading = envelopeOf(place, payload, retained);
      if (!reading.ok) return refused(reading.reason, reading.detail);
      const { envelope } = reading;
      const traffic = ownPackets.recognize(envelope, nowMs);
      if (traffic !== undefined) {
        return { kind: 'own', traffic, packetId: envelope.packet.id, gateway: envelope.gateway };
      }
      return place?.kind === 'map' ? mapHeard(envelope) : packetHeard(envelope, nowMs);
    },
    sent: (packetId, nowMs) => ownPackets.sent(packetId, nowMs),
    unread: () => counts.rows(),
  };
};

type EnvelopeOf =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly reason: UplinkRefusal; readonly detail: string };

const envelopeOf = (place: MeshTopic | undefined, payload: Uint8Array, retained: boolean): EnvelopeOf => {
  if (place === undefined) return { ok: false, reason: 'topic_unknown', detail: 'no topic of Meshtastic' };
  if (place.kind === 'json' || place.kind === 'stat')
    return { ok: false, reason: 'topic_not_read', detail: place.kind };
  if (retained) return { ok: false, reason: 'retained', detail: 'of unknown age' };
  const reading = decodeEnvelope(payload);
  if (!reading.ok || place.kind === 'map' || reading.envelope.channel === place.channel) return reading;
  const detail = `${place.channel.slice(0, 32)} on the topic, ${reading.envelope.channel.slice(0, 32)} in the envelope`;
  return { ok: false, reason: 'channel_disagrees', detail };
};

const mapHeard = ({ packet }: Envelope): UplinkHeard => {
  const report = readMapReport(packet);
  return report === undefined
    ? refused('map_report_unreadable', 'no map report in clear')
    : { kind: 'mapReport', report };
};

const isNews = (fate: CopyFate): boolean => fate === 'first' || fate === 'variant';

const heardOf = (reading: PacketReading, envelope: Envelope, fate: CopyFate): UplinkHeard => {
  const { gateway, channel } = envelope;
  const packet = reading.kind === 'read' ? reading.packet : withheld(envelope.packet);
  if (fate === 'too_many_variants') return refused(fate, 'too many packets under one id');
  if (!isNews(fate)) return { kind: 'copy', packet, gateway, better: fate === 'better' };
  return reading.kind === 'read'
    ? { kind: 'packet', packet, gateway, variant: fate === 'variant' }
    : { kind: 'unread', packet, gateway, channel, reason: reading.reason };
};

/** What came in clear and is not taken is handed to nobody: its sender was heard, no more. */
const withheld = (packet: meshtastic.MeshPacket): meshtastic.MeshPacket =>
  packet.payloadVariant.case === 'encrypted'
    ? packet
    : { ...packet, payloadVariant: { case: 'encrypted', value: new Uint8Array() } };

const refused = (reason: UplinkRefusal, detail: string): UplinkHeard => ({ kind: 'refused', reason, detail });
