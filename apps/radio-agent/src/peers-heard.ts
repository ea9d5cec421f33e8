/** Who on the mesh speaks which dialect of TAK, by the ports that were heard of each node within the last hour. */
import { meshtastic } from '@cotbus/contracts';

const { PortNum } = meshtastic;

export const isTakPort = (port: number): boolean =>
  port === PortNum.ATAK_PLUGIN_V2 || port === PortNum.ATAK_PLUGIN || port === PortNum.ATAK_FORWARDER;

const HEARD_FOR_MS = 3_600_000;
/** More than a mesh has TAK users; beyond it the longest silent are forgotten. */
const MAX_NODES = 512;
const MAX_GATEWAYS = 1024;

/** How many nodes speak it, gateways left out: they read everything. */
export interface DialectsHeard {
  /** Port 78. Who was heard on it reads it, whatever else he speaks. */
  readonly v2: number;
  /** Ports 72 and 257 alone. */
  readonly v1: number;
  /** Port 78 alone. */
  readonly onlyV2: number;
}

export const NOBODY_HEARD: DialectsHeard = { v2: 0, v1: 0, onlyV2: 0 };

export interface PeersHeard {
  /** A packet of the node; other ports than those of TAK say nothing. @returns whether it was one of TAK. */
  heard(node: number, port: number, nowMs: number): boolean;
  /** The node is that of a gateway. */
  gateway(node: number): void;
  now(nowMs: number): DialectsHeard;
  /** Everything heard is of before. */
  forget(): void;
}

interface Peer {
  readonly v1Ms: number;
  readonly v2Ms: number;
}

const NEVER: Peer = { v1Ms: Number.NEGATIVE_INFINITY, v2Ms: Number.NEGATIVE_INFINITY };

export const createPeersHeard = (): PeersHeard => {
  /** Monotonic milliseconds; the node heard last is the last one. */
  const nodes = new Map<number, Peer>();
  const gateways = new Set<number>();
  return {
    heard: (node, port, nowMs) => {
      if (!isTakPort(port)) return false;
      const isV2 = port === PortNum.ATAK_PLUGIN_V2;
      if (gateways.has(node)) return true;
      const before = nodes.get(node) ?? NEVER;
      nodes.delete(node);
      nodes.set(node, isV2 ? { ...before, v2Ms: nowMs } : { ...before, v1Ms: nowMs });
      if (nodes.size > MAX_NODES) nodes.delete(nodes.keys().next().value ?? 0);
      return true;
    },
    gateway: (node) => {
      nodes.delete(node);
      if (gateways.size < MAX_GATEWAYS) gateways.add(node);
    },
    now: (nowMs) => {
      const isFresh = (atMs: number): boolean => nowMs - atMs < HEARD_FOR_MS;
      for (const [node, { v1Ms, v2Ms }] of nodes) {
        if (isFresh(v1Ms) || isFresh(v2Ms)) break;
        nodes.delete(node);
      }
      const v2 = [...nodes.values()].filter(({ v2Ms }) => isFresh(v2Ms));
      return { v2: v2.length, v1: nodes.size - v2.length, onlyV2: v2.filter(({ v1Ms }) => !isFresh(v1Ms)).length };
    },
    forget: () => nodes.clear(),
  };
};
