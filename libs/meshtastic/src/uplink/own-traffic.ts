/** What we published ourselves and get back: we subscribe to the tree that we publish to. */
import { gatewayNode } from './topic.ts';
import type { Envelope } from './envelope.ts';

/** Nothing that was injected may be taken for news sooner. */
const WINDOW_MS = 60 * 60 * 1000;
/** An hour at one packet a second, which no mesh carries. */
const MAX_IDS = 4096;

export type OwnTraffic =
  /** Our own publish, back from the broker. */
  | 'echo'
  /** A gateway of the mesh published a packet of ours: it was heard there. */
  | 'heard'
  /** Under our node number or gateway id, and nothing that we sent: in an earlier life we did, or somebody else has the number. */
  | 'not_ours';

export interface OwnPackets {
  /** We publish a packet with this id. @param nowMs monotonic, never less than before. */
  sent(id: number, nowMs: number): void;
  /** Undefined for what others sent. */
  recognize(envelope: Envelope, nowMs: number): OwnTraffic | undefined;
}

/** @param node our node number, from nodeFromSeed. */
export const createOwnPackets = (node: number): OwnPackets => {
  // Sending order is the order in which they are forgotten.
  const sentMs = new Map<number, number>();
  const isOurs = (id: number, nowMs: number): boolean => nowMs - (sentMs.get(id) ?? -Infinity) < WINDOW_MS;
  return {
    sent: (id, nowMs) => {
      sentMs.delete(id);
      sentMs.set(id, nowMs);
      for (const [old, atMs] of sentMs) {
        if (sentMs.size <= MAX_IDS && nowMs - atMs < WINDOW_MS) break;
        sentMs.delete(old);
      }
    },
    recognize: ({ packet, gateway }, nowMs) => {
      const isOurGateway = gatewayNode(gateway) === node;
      if (packet.from !== node) return isOurGateway ? 'not_ours' : undefined;
      if (!isOurs(packet.id, nowMs)) return 'not_ours';
      return isOurGateway ? 'echo' : 'heard';
    },
  };
};
