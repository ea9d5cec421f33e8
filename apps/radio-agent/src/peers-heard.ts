/** Who on the mesh speaks which dialect of TAK, by the ports that were heard of each node within the last hour. */
import { meshtastic } from '@cotbus/contracts';

const { PortNum } = meshtastic;
const HEARD_FOR_MS = 3_600_000;
/** More than a mesh has TAK users; beyond it the longest silent are forgotten. */
const MAX_NODES = 512;

/** How many nodes speak it. A node that was heard on port 78 reads port 78, whatever else it speaks. */
export interface DialectsHeard {
  /** Port 78. */
  readonly v2: number;
  /** Ports 72 and 257 alone. */
  readonly v1: number;
}

export const NOBODY_HEARD: DialectsHeard = { v2: 0, v1: 0 };

export interface PeersHeard {
  /** A packet of the node; other ports than those of TAK say nothing. @returns whether it was one of TAK. */
  heard(node: number, port: number, nowMs: number): boolean;
  now(nowMs: number): DialectsHeard;
  /** Everything heard is of before. */
  forget(): void;
}

export const createPeersHeard = (): PeersHeard => {
  /** Monotonic milliseconds; the node heard last is the last one. */
  const nodes = new Map<number, { readonly atMs: number; readonly v2Ms: number }>();
  return {
    heard: (node, port, nowMs) => {
      const isV2 = port === PortNum.ATAK_PLUGIN_V2;
      if (!isV2 && port !== PortNum.ATAK_PLUGIN && port !== PortNum.ATAK_FORWARDER) return false;
      const v2Ms = isV2 ? nowMs : (nodes.get(node)?.v2Ms ?? Number.NEGATIVE_INFINITY);
      nodes.delete(node);
      nodes.set(node, { atMs: nowMs, v2Ms });
      if (nodes.size > MAX_NODES) nodes.delete(nodes.keys().next().value ?? 0);
      return true;
    },
    now: (nowMs) => {
      for (const [node, { atMs }] of nodes) {
        if (nowMs - atMs < HEARD_FOR_MS) break;
        nodes.delete(node);
      }
      const v2 = [...nodes.values()].filter(({ v2Ms }) => nowMs - v2Ms < HEARD_FOR_MS).length;
      return { v2, v1: nodes.size - v2 };
    },
    forget: () => nodes.clear(),
  };
};
