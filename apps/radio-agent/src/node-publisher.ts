/** Publishes what is known of each node, retained: at most once a second for a node, and never all at once. */
import { nodeLevel } from '@cotbus/contracts';
import type { Heard, NodeTable } from '@cotbus/meshtastic';
import type { Bus, Clock } from '@cotbus/service';
import type { NodeStore } from './node-store.ts';

const PUBLISH_EVERY_MS = 1_000;
/** A full node database goes out in a few seconds and does not stand in the way of frames. */
const MAX_NODES_AT_ONCE = 100;

export interface NodePublisher {
  /** The state of this node has changed. */
  changed(num: number): void;
  /** The table has merged something of this node, and may have forgotten another for it. */
  merged(num: number, heard: Heard): void;
  close(): void;
}

export const createNodePublisher = ({
  agent,
  bus,
  clock,
  table,
  store,
}: {
  readonly agent: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly table: NodeTable;
  readonly store: Pick<NodeStore, 'changed' | 'forgot'>;
}): NodePublisher => {
  // In order of change; bounded by the table, whose nodes these are.
  const waiting = new Set<number>();
  const end = clock.every(PUBLISH_EVERY_MS, () => {
    let left = MAX_NODES_AT_ONCE;
    for (const num of waiting) {
      if (left === 0) return;
      left -= 1;
      waiting.delete(num);
      const state = table.state(num, { monotonicMs: clock.monotonic(), wallMs: clock.now() });
      if (state !== undefined) bus.publish('node', state);
    }
  });
  const changed = (num: number): void => {
    waiting.add(num);
    store.changed(num);
  };
  // What was kept from an earlier start is news to a broker that has forgotten it, and to one that never knew.
  for (const num of table.nums()) waiting.add(num);
  // What is retained from an earlier start and known no more is cleared, or it would stand there for ever.
  void bus.subscribe('node', { agent }, (state, { num: level }) => {
    if (state !== undefined && !table.has(state.num)) bus.clear('node', { agent, num: level });
  });
  return {
    changed,
    merged: (num, { forgot }) => {
      if (forgot !== undefined) {
        waiting.delete(forgot);
        store.forgot(forgot);
        bus.clear('node', { agent, num: nodeLevel(forgot) });
      }
      if (forgot !== num) changed(num);
    },
    close: end,
  };
};
