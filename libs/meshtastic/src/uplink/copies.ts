/** One packet comes once from every gateway that hears it: the first copy counts, the best signal is kept. */
import type { meshtastic } from '@cotbus/contracts';
import { frameHash } from '../frame-hash.ts';
import { readReception } from '../reception.ts';
import type { Reception } from '../reception.ts';

/** Gateways that were offline hand in what they queued minutes ago; radios repeat no longer. */
const WINDOW_MS = 10 * 60 * 1000;
/** An hour of a busy mesh is a few thousand packets; this many take about 2 MB. */
const MAX_PACKETS = 8192;
/** Different packets under one id. Honest senders have one, a forger as many as it likes. */
const MAX_VARIANTS = 4;

/** What a copy is to those that came before it. */
export type CopyFate =
  | 'first'
  /** Seen, and nobody heard it better so far: its reception says more of the sender. */
  | 'better'
  | 'again'
  /** The same sender and id with other content: one of them is forged, and nobody can say which. It counts as a first. */
  | 'variant'
  /** More variants than are believed. */
  | 'too_many_variants';

export interface Copies {
  /**
   * @param packet not with id 0, which names nothing.
   * @param nowMs monotonic, never less than before.
   */
  take(packet: meshtastic.MeshPacket, nowMs: number): CopyFate;
  /** Packets remembered, at most `maxPackets`. */
  readonly size: number;
}

export interface CopiesOptions {
  /** Since the first copy. */
  readonly windowMs?: number;
  readonly maxPackets?: number;
}

interface Remembered {
  readonly firstMs: number;
  /** Best reception by content. */
  readonly variants: Map<bigint, Reception>;
}

export const createCopies = ({ windowMs = WINDOW_MS, maxPackets = MAX_PACKETS }: CopiesOptions = {}): Copies => {
  // In the order of their first copies, which is the order in which they are forgotten.
  const packets = new Map<string, Remembered>();

  const forget = (nowMs: number): void => {
    for (const [name, { firstMs }] of packets) {
      if (nowMs - firstMs < windowMs) break;
      packets.delete(name);
    }
  };

  return {
    take: (packet, nowMs) => {
      forget(nowMs);
      const name = nameOf(packet);
      const known = packets.get(name);
      if (known === undefined) {
        if (packets.size >= maxPackets) packets.delete(packets.keys().next().value ?? '');
        packets.set(name, { firstMs: nowMs, variants: new Map([[contentOf(packet), readReception(packet)]]) });
        return 'first';
      }
      return takeAgain(known.variants, packet);
    },
    get size() {
      return packets.size;
    },
  };
};

const takeAgain = (variants: Map<bigint, Reception>, packet: meshtastic.MeshPacket): CopyFate => {
  const content = contentOf(packet);
  const best = variants.get(content);
  if (best === undefined && variants.size >= MAX_VARIANTS) return 'too_many_variants';
  const reception = readReception(packet);
  if (best !== undefined && !isBetter(reception, best)) return 'again';
  variants.set(content, reception);
  return best === undefined ? 'variant' : 'better';
};

/** Readable and unreadable copies of one packet (a gateway that does not encrypt) are no variants of each other. */
const nameOf = ({ from, id, payloadVariant }: meshtastic.MeshPacket): string => `${from}/${id}/${payloadVariant.case}`;

const contentOf = ({ from, id: packetId, payloadVariant }: meshtastic.MeshPacket): bigint =>
  payloadVariant.case === 'decoded'
    ? frameHash({ mesh: String(payloadVariant.value.portnum), from, packetId, payload: payloadVariant.value.payload })
    : frameHash({ mesh: '', from, packetId, payload: payloadVariant.value ?? new Uint8Array() });

/** A signal before none, then fewer hops (strength and noise are those of the last one), then strength, then noise. */
const isBetter = (come: Reception, best: Reception): boolean => {
  const [a, b] = [rank(come), rank(best)];
  const at = a.findIndex((value, index) => value !== b[index]);
  return at !== -1 && (a[at] ?? 0) > (b[at] ?? 0);
};

const rank = ({ rssiDbm, hops, snrDb }: Reception): readonly number[] => [
  rssiDbm === undefined ? 0 : 1,
  -(hops ?? 8),
  rssiDbm ?? -Infinity,
  snrDb ?? -Infinity,
];
