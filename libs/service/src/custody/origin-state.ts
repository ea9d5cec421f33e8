/** What an origin remembers, and the two things everything in it does: append, and find the lane of a sink. */
import type { Life } from './item-name.ts';
import { createLane } from './lane.ts';
import type { Lane } from './lane.ts';
import { createOpenItems } from './open-items.ts';
import type { OpenItems } from './open-items.ts';
import type { OriginMachineOptions, OriginOutput } from './origin-ports.ts';
import type { Moment, OriginRecord } from './origin-records.ts';
import type { OpenItem, Part } from './part.ts';
import { createPendingAppends } from './pending-appends.ts';
import type { PendingAppends } from './pending-appends.ts';
import { createTransferProgress } from './transfer-progress.ts';
import type { TransferProgress } from './transfer-progress.ts';

/** How long an egress may be away and still get everything. */
const GIVE_UP_MS = 3_600_000;
/** A site without power for a day is not counted on any more. */
const ABANDON_MS = 86_400_000;
/** Two minutes of 800 items a second, about 100 MB of frames with what is known of their senders. */
const QUOTA = 100_000;

export interface OriginState<P> {
  readonly options: Required<OriginMachineOptions>;
  readonly pending: PendingAppends;
  readonly lanes: Map<string, Lane<P>>;
  readonly progress: TransferProgress;
  readonly fragments: Set<OpenItem<P>>;
  items: OpenItems<P>;
  /** Destination → sinks with a heartbeat. */
  alive: ReadonlyMap<string, readonly string[]>;
  connected: boolean;
  /** The record of this life is in the journal; nothing is published before. */
  begun: boolean;
  /** The journal had no room for it; it is tried again. */
  refusedLife: OriginRecord<P> | undefined;
  moment: Moment;
  republished: number;
  reassignedUnanswered: number;
  outputs: OriginOutput<P>[];
  nowMs: number;
}

export const createOriginState = <P>(options: OriginMachineOptions): OriginState<P> => ({
  options: {
    elects: false,
    durable: false,
    giveUpMs: GIVE_UP_MS,
    abandonMs: ABANDON_MS,
    quota: QUOTA,
    ...options,
  },
  pending: createPendingAppends(),
  lanes: new Map(),
  progress: createTransferProgress(),
  fragments: new Set(),
  items: createOpenItems<P>(options.name, options.nonce),
  alive: new Map(),
  connected: false,
  begun: false,
  refusedLife: undefined,
  moment: { nowMs: 0, wallMs: 0, clockId: '' },
  republished: 0,
  reassignedUnanswered: 0,
  outputs: [],
  nowMs: 0,
});

export const append = <P>(
  state: OriginState<P>,
  record: OriginRecord<P>,
  sync: boolean,
  done: (journaled: boolean) => void,
): void => {
  state.outputs.push({ kind: 'append', number: state.pending.add(done), record, sync });
};

/** Rule 1: an incarnation is a persisted counter; its record is synced before anything of it is published. */
export const beginLife = <P>(state: OriginState<P>): void => {
  state.begun = false;
  appendLife(state, state.items.begin(state.moment));
};

export const appendLife = <P>(state: OriginState<P>, record: OriginRecord<P>): void => {
  state.refusedLife = undefined;
  append(state, record, true, (journaled) => {
    state.begun = journaled;
    if (!journaled) state.refusedLife = record;
  });
};

/**
 * Without its record in the journal this incarnation may begin again after a crash: until then it must not have named
 * anything outside, and what ends before is named by the fresh random number instead.
 */
export const publicLife = <P>({ begun, options }: OriginState<P>, life: Life): Life =>
  begun ? life : { ...life, incarnation: 0, nonce: options.nonce };

/** When an item that was accepted, or assigned anew, at `fromMs` is given up. */
export const deadlineOf = <P>({ options }: OriginState<P>, lifeMs: number | undefined, fromMs: number): number =>
  fromMs + (lifeMs ?? options.giveUpMs);

/** Rule 2: a lane for each sink. Items no agent is alive for wait in a lane of their mesh that is never alive. */
export const laneOf = <P>({ lanes, alive }: OriginState<P>, { sink, destination }: Part<P>): Lane<P> => {
  const key = sink === '' ? `mesh ${destination}` : sink;
  const known = lanes.get(key);
  if (known !== undefined) return known;
  const lane = createLane<P>();
  lane.alive = sink !== '' && [...alive.values()].some((sinks) => sinks.includes(sink));
  lanes.set(key, lane);
  return lane;
};
