/** What a sink remembers. */
import { createAnswerMemory } from './answer-memory.ts';
import type { Answer, AnswerMemory, LifeMemory } from './answer-memory.ts';
import { lifeKey } from './item-name.ts';
import type { ItemName } from './item-name.ts';
import type { Ending } from './messages.ts';
import { createPendingAppends } from './pending-appends.ts';
import type { PendingAppends } from './pending-appends.ts';
import { createReceipts } from './receipts.ts';
import type { Receipts } from './receipts.ts';
import type { SinkMachineOptions, SinkOutput, SinkRecord, TakenItem } from './sink-ports.ts';
import { createTransfers } from './transfers.ts';
import type { Transfers } from './transfers.ts';

/** Results handed out and not ended, a few kilobytes each. */
const MAX_HELD = 4096;
const HEARTBEAT_MS = 10_000;

/** Taken and not ended. */
export interface Held<R> {
  readonly item: TakenItem<R>;
  readonly memory: LifeMemory;
  /** An earlier life of this process may have handed it out. */
  readonly repeat: boolean;
  ending: { readonly ending: Ending; readonly notSent: boolean } | undefined;
  /** The journal had no room for its end. */
  unrecorded: boolean;
}

export interface SinkState<R> {
  readonly name: string;
  readonly maxHeld: number;
  readonly heartbeatMs: number;
  readonly memory: AnswerMemory;
  readonly receipts: Receipts;
  readonly transfers: Transfers;
  readonly pending: PendingAppends;
  readonly held: Map<string, Held<R>>;
  /** Their append is not confirmed: neither answered nor taken a second time. */
  readonly underWay: Set<string>;
  readonly counts: { repeats: number; busy: number; duplicates: number };
  outputs: SinkOutput<R>[];
  nowMs: number;
  nextHeartbeatMs: number;
}

export const createSinkState = <R>(options: SinkMachineOptions): SinkState<R> => {
  const { name, maxHeld = MAX_HELD, heartbeatMs = HEARTBEAT_MS } = options;
  const memory = createAnswerMemory(options);
  return {
    name,
    maxHeld,
    heartbeatMs,
    memory,
    receipts: createReceipts(name, memory),
    transfers: createTransfers(),
    pending: createPendingAppends(),
    held: new Map(),
    underWay: new Set(),
    counts: { repeats: 0, busy: 0, duplicates: 0 },
    outputs: [],
    nowMs: 0,
    nextHeartbeatMs: -Infinity,
  };
};

export const keyOf = (id: ItemName): string => `${lifeKey(id)}/${id.seq}`;

export const append = <R>(
  state: SinkState<R>,
  record: SinkRecord<R>,
  sync: boolean,
  done: (journaled: boolean) => void,
): void => {
  state.outputs.push({ kind: 'append', number: state.pending.add(done), record, sync });
};

export const hold = <R>({ held }: SinkState<R>, item: TakenItem<R>, memory: LifeMemory, repeat: boolean): void => {
  held.set(keyOf(item.id), { item, memory, repeat, ending: undefined, unrecorded: false });
  memory.held += 1;
};

export const release = <R>({ held }: SinkState<R>, entry: Held<R>): void => {
  held.delete(keyOf(entry.item.id));
  entry.memory.held -= 1;
};

/** Remembers an answer that is in the journal, and says it with the next receipt. */
export const answer = <R>({ receipts }: SinkState<R>, memory: LifeMemory, seq: number, answered: Answer): void => {
  memory.set(seq, answered);
  receipts.answer(memory, seq);
};
