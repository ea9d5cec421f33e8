/**
 * The nodes an agent knows, kept over restarts: a radio forgets nodes long before people do, and one that was swapped knows
 * none. A node is written soon after it is new, named or known in TAK; where it is and when it was heard, every few minutes.
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { nodeLevel, NodeStateSchema } from '@cotbus/contracts';
import type { NodeState } from '@cotbus/contracts';
import type { Moment, NodeTable } from '@cotbus/meshtastic';
import { openKeptState } from '@cotbus/service';
import type { KeptState, ServiceContext } from '@cotbus/service';

const SOON_MS = 5_000;
/** Memory cards wear out: a hundred nodes cost some ten megabytes a day. */
const EVERY_MS = 5 * 60_000;

export interface NodeStore {
  /** The state of this node has changed. */
  changed(num: number): void;
  forgot(num: number): void;
  /** Which node the radio was when the agent last ran; undefined when there was none. */
  readonly formerOwn: number | undefined;
}

type Context = Pick<ServiceContext, 'clock' | 'journals' | 'log' | 'nonce' | 'onStop'>;

/** Fills the table with what was kept of this mesh. */
export const openNodeStore = async (
  { clock, journals, log, nonce, onStop }: Context,
  { agent, mesh, table }: { readonly agent: string; readonly mesh: string; readonly table: NodeTable },
): Promise<NodeStore> => {
  const now = (): Moment => ({ monotonicMs: clock.monotonic(), wallMs: clock.now() });
  const kept = await openKeptState({ name: `nodes-${agent}`, journals, nonce, clock, log });
  const states = readStates(kept, mesh);
  for (const state of states) table.restore(state, now());
  if (states.length > 0) log.info({ nodes: states.length }, 'nodes.restored');
  /** What of each was written, times and places left out. */
  const written = new Map(states.map((state) => [state.num, whoIs(state)]));
  /** Changed since the last look; whether it is more than times and places is asked once for all packets between two looks. */
  const changed = new Set<number>();
  const later = new Set<number>();

  const write = (state: NodeState): void => {
    written.set(state.num, whoIs(state));
    kept.put(nodeLevel(state.num), toBinary(NodeStateSchema, state));
  };
  const statesOf = (nums: Set<number>): NodeState[] => {
    const states = [...nums].flatMap((num) => table.state(num, now()) ?? []);
    nums.clear();
    return states;
  };
  const look = (): void => {
    for (const state of statesOf(changed)) {
      if (whoIs(state) === written.get(state.num)) later.add(state.num);
      else write(state);
    }
  };
  const writeLater = (): void => {
    for (const state of statesOf(later)) write(state);
  };
  const endSoon = clock.every(SOON_MS, look);
  const endLater = clock.every(EVERY_MS, writeLater);
  onStop('known nodes', () => {
    endSoon();
    endLater();
    look();
    writeLater();
    return kept.close();
  });
  return {
    formerOwn: states.find(({ own }) => own)?.num,
    changed: (num) => void changed.add(num),
    forgot: (num) => {
      for (const set of [changed, later]) set.delete(num);
      written.delete(num);
      kept.remove(nodeLevel(num));
    },
  };
};

/** A radio that was moved to another mesh knows its nodes; those it left are not there. */
const readStates = (kept: KeptState, mesh: string): NodeState[] =>
  kept.recovered.flatMap(({ key, value }) => {
    const state = read(value);
    if (state !== undefined && state.mesh === mesh && nodeLevel(state.num) === key) return [state];
    kept.remove(key);
    return [];
  });

const read = (bytes: Uint8Array): NodeState | undefined => {
  try {
    return fromBinary(NodeStateSchema, bytes);
  } catch {
    return undefined;
  }
};

const whoIs = ({ longName, shortName, role, own, ignored, fix, tak }: NodeState): string =>
  JSON.stringify([longName, shortName, role, own, ignored, fix !== undefined, tak?.uid, tak?.callsign]);
