/**
 * The sink, rules 3, 4, 6 and 10: takes the first result it sees of an item into its journal, hands it to the world, and owns
 * its outcome. It answers what it has journaled and nothing else. No I/O, no clock, no randomness.
 */
import { receiveVoid } from './receive-void.ts';
import { recordUnrecorded, settle } from './settle.ts';
import { restore, snapshotSink } from './sink-recovery.ts';
import { createSinkState } from './sink-state.ts';
import type { SinkState } from './sink-state.ts';
import type { SinkInput, SinkMachine, SinkMachineOptions, SinkRecord } from './sink-ports.ts';
import { takeResult } from './take-result.ts';

export const createSinkMachine = <R>(options: SinkMachineOptions): SinkMachine<R> => {
  const state = createSinkState<R>(options);
  return {
    handle: (input) => {
      state.outputs = [];
      ({ nowMs: state.nowMs } = input);
      step(state, input);
      if (state.receipts.isFull) sendReceipts(state);
      return state.outputs;
    },
    stats: () => ({
      ...state.counts,
      held: state.held.size,
      answerBytes: state.memory.bytes,
      pendingAppends: state.pending.size,
    }),
    snapshot: () => snapshotSink(state),
  };
};

const step = <R>(state: SinkState<R>, input: SinkInput<R>): void => {
  switch (input.kind) {
    case 'recovered':
      recover(state, input.records);
      break;
    case 'result':
      takeResult(state, input);
      break;
    case 'journaled':
      state.pending.journaled(input.upTo);
      break;
    case 'append_refused':
      state.pending.refused(input.number);
      break;
    case 'settled':
      settle(state, input);
      break;
    case 'void':
      receiveVoid(state, input.request);
      break;
    case 'tick':
      recordUnrecorded(state);
      sendReceipts(state);
      repeatReceipts(state);
      break;
  }
};

/** After a crash, what was journaled without an outcome is handed out again, and counted as a repeat. */
const recover = <R>(state: SinkState<R>, records: Iterable<SinkRecord<R>>): void => {
  for (const record of records) restore(state, record);
  for (const { item } of state.held.values()) {
    state.counts.repeats += 1;
    state.outputs.push({ kind: 'hand', item, repeat: true });
  }
};

const sendReceipts = <R>({ receipts, outputs }: SinkState<R>): void => {
  for (const receipt of receipts.waiting()) outputs.push({ kind: 'receipt', receipt });
};

const repeatReceipts = <R>(state: SinkState<R>): void => {
  if (state.nowMs < state.nextHeartbeatMs) return;
  state.nextHeartbeatMs = state.nowMs + state.heartbeatMs;
  for (const receipt of state.receipts.repeated()) state.outputs.push({ kind: 'receipt', receipt });
};
