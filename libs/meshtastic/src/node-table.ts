/**
 * What an agent knows of the nodes of its mesh: packets heard and the radio's dumps, merged. Each group (names, fix,
 * metrics, reception) keeps when it was observed; a dump or a replay never takes the place of what was heard later.
 */
import { BROADCAST, nodeText } from '@cotbus/contracts';
import type { meshtastic, NodeState } from '@cotbus/contracts';
import { learnTakIdentity, mergeInfo, mergePacket, newEntry, nodeState } from './node-entry.ts';
import type { Arrival, Entry, Finding, LearnedTak } from './node-entry.ts';
import { mergeRestored, restored } from './node-restored.ts';
import { newest, observedMs, UNKNOWN_AGE_MS } from './node-time.ts';
import type { Moment } from './node-time.ts';
import { readInfoReception, readReception } from './reception.ts';
import type { Reception } from './reception.ts';

/** Ten times the largest store of a radio; 2000 nodes with all groups are about 2 MB. */
const MAX_NODES = 2000;
/** Below are numbers that the firmware keeps for itself. */
const FIRST_NODE = 4;

export interface NodeTableOptions {
  readonly agent: string;
  readonly mesh: string;
  readonly maxNodes?: number;
}

/** What came of a packet or dump. The sender counts as heard whatever the payload was, but for a number that no node has. */
export type Heard = (
  | { readonly kind: 'merged' }
  /** The payload is no message of its port. */
  | { readonly kind: 'garbled'; readonly detail: string }
  /** A message that cannot be true. */
  | { readonly kind: 'impossible'; readonly detail: string }
) & {
  /** The table was full and this node, unheard for longest, had to go; the newcomer itself, if that was it. */
  readonly forgot: number | undefined;
};

export interface NodeTable {
  /** Any packet, readable or not. `replayed`: from the radio's memory, see replayed.ts. */
  heard(packet: meshtastic.MeshPacket, now: Moment, options: { readonly replayed: boolean }): Heard;
  /** A node out of the radio's dump. */
  info(info: meshtastic.NodeInfo, now: Moment): Heard;
  /** From a TAK position report of a node that was heard. */
  learnTak(num: number, identity: LearnedTak, now: Moment): void;
  /** Which node the attached radio is; it is never forgotten. */
  setOwn(num: number): void;
  /** The attached radio answers us: a node that may send nothing for hours is there. */
  ownHeard(now: Moment): void;
  /** From what was kept over a restart: as old as it is by now. What is newer stands. */
  restore(state: NodeState, now: Moment): Heard;
  /** The node with all ages as of now. */
  state(num: number, now: Moment): NodeState | undefined;
  has(num: number): boolean;
  nums(): number[];
}

export const createNodeTable = ({ agent, mesh, maxNodes = MAX_NODES }: NodeTableOptions): NodeTable => {
  const entries = new Map<number, Entry>();
  let own: number | undefined;

  const receive = (
    num: number,
    reception: Reception,
    { isLive, atMs }: Arrival,
    merge: (entry: Entry) => Finding,
  ): Heard => {
    if (num < FIRST_NODE || num === BROADCAST) {
      return { kind: 'impossible', detail: `no node has the number ${nodeText(num)}`, forgot: undefined };
    }
    const come = { value: reception, observedMs: atMs };
    const entry = entries.get(num) ?? newEntry(come);
    entries.set(num, entry);
    entry.reception = newest(entry.reception, come, isLive);
    const finding = merge(entry);
    return { ...(finding ?? { kind: 'merged' }), forgot: entries.size > maxNodes ? forgetOne() : undefined };
  };

  const forgetOne = (): number | undefined => {
    let longest: number | undefined;
    let sinceMs = Infinity;
    for (const [num, { reception }] of entries) {
      if (num !== own && reception.observedMs < sinceMs) {
        longest = num;
        sinceMs = reception.observedMs;
      }
    }
    if (longest !== undefined) entries.delete(longest);
    return longest;
  };

  return {
    heard: (packet, now, { replayed }) => {
      const rxMs = replayed ? (observedMs(packet.rxTime, now) ?? now.monotonicMs - UNKNOWN_AGE_MS) : now.monotonicMs;
      const arrival = { now, isLive: !replayed, atMs: rxMs };
      return receive(packet.from, readReception(packet), arrival, (entry) => mergePacket(entry, packet, arrival));
    },
    info: (info, now) => {
      const heardMs = observedMs(info.lastHeard, now) ?? now.monotonicMs - UNKNOWN_AGE_MS;
      // The radio knows itself best.
      const isOwn = info.num === own;
      const arrival = { now, isLive: isOwn, atMs: isOwn ? now.monotonicMs : heardMs };
      return receive(info.num, readInfoReception(info), arrival, (entry) => mergeInfo(entry, info, arrival));
    },
    learnTak: (num, identity, now) => {
      const entry = entries.get(num);
      if (entry !== undefined) learnTakIdentity(entry, identity, now);
    },
    setOwn: (num) => {
      own = num;
    },
    ownHeard: ({ monotonicMs }) => {
      const entry = own === undefined ? undefined : entries.get(own);
      if (entry !== undefined) entry.reception = { ...entry.reception, observedMs: monotonicMs };
    },
    restore: (state, now) => {
      const come = restored(state, now);
      const arrival = { now, isLive: false, atMs: come.reception.observedMs };
      return receive(state.num, come.reception.value, arrival, (entry) => mergeRestored(entry, come));
    },
    state: (num, now) => {
      const entry = entries.get(num);
      return entry === undefined ? undefined : nodeState(entry, { num, agent, mesh, own: num === own }, now);
    },
    has: (num) => entries.has(num),
    nums: () => [...entries.keys()],
  };
};
