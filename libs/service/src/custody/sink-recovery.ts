/** The sink's journal → what it remembers and still has in hand; and back. */
import { Answer } from './answer-memory.ts';
import { nameOf, seqsOf } from './item-name.ts';
import type { Life } from './item-name.ts';
import { hold, keyOf, release } from './sink-state.ts';
import type { SinkState } from './sink-state.ts';
import type { SinkRecord } from './sink-ports.ts';

type RecordOf<R, K> = Extract<SinkRecord<R>, { kind: K }>;

export const restore = <R>(state: SinkState<R>, record: SinkRecord<R>): void => {
  switch (record.kind) {
    case 'taken':
      restoreTaken(state, record);
      break;
    case 'ended': {
      const { item } = record.outcome;
      restoreEnd(state, item, item.seq, Answer.settled);
      break;
    }
    case 'voided':
      for (const seq of seqsOf(record.items)) restoreEnd(state, record.life, seq, Answer.void);
      break;
    case 'transfer':
      state.transfers.end(record.transfer, record.ending);
      break;
    case 'memory': {
      const of = state.memory.of(record.life);
      of?.raise(record.low);
      for (const seq of seqsOf(record.settled)) of?.set(seq, Answer.settled);
      for (const seq of seqsOf(record.voided)) of?.set(seq, Answer.void);
      break;
    }
  }
};

const restoreTaken = <R>(state: SinkState<R>, { item, low }: RecordOf<R, 'taken'>): void => {
  const of = state.memory.of(item.id);
  // A record may stand both in a snapshot and behind it.
  if (of === undefined || state.held.has(keyOf(item.id)) || of.get(item.id.seq) !== Answer.unseen) return;
  of.raise(low);
  of.set(item.id.seq, Answer.taken);
  hold(state, item, of, true);
  if (item.whole !== undefined) state.transfers.begin(item.whole.transfer, item.whole.covers);
};

const restoreEnd = <R>(state: SinkState<R>, life: Life, seq: number, answered: Answer): void => {
  const entry = state.held.get(keyOf(nameOf(life, seq)));
  if (entry !== undefined) release(state, entry);
  state.memory.of(life)?.set(seq, answered);
};

export const snapshotSink = function* <R>({ memory, transfers, held }: SinkState<R>): Generator<SinkRecord<R>> {
  for (const of of memory.lives()) {
    const { life, low } = of;
    const all = (answered: Answer) => of.ranges(answered, low, Infinity);
    yield { kind: 'memory', life, low, settled: all(Answer.settled), voided: all(Answer.void) };
  }
  for (const ended of transfers.ended()) yield { kind: 'transfer', ...ended };
  for (const { item, memory: of } of held.values()) yield { kind: 'taken', item, low: of.low };
};
