/** Rule 6: the sink writes the outcome of what it took, once, and tells it when it is in the journal. */
import { Answer } from './answer-memory.ts';
import type { ItemName } from './item-name.ts';
import type { Ending } from './messages.ts';
import { answer, append, keyOf, release } from './sink-state.ts';
import type { Held, SinkState } from './sink-state.ts';
import type { SinkInput, SinkRecord, TakenItem } from './sink-ports.ts';

/** The world has said how it ended; what it says later does not count. */
export const settle = <R>(state: SinkState<R>, input: Extract<SinkInput<R>, { kind: 'settled' }>): void => {
  const entry = state.held.get(keyOf(input.item));
  if (entry === undefined || entry.ending !== undefined) return;
  // Of what an earlier life may have handed out nobody knows that it was not sent: no other agent may try it.
  entry.ending = { ending: input.ending, notSent: input.notSent === true && !entry.repeat };
  recordEnd(state, entry);
};

const recordEnd = <R>(state: SinkState<R>, entry: Held<R>): void => {
  if (entry.ending === undefined) return;
  const { item, memory } = entry;
  const { ending, notSent } = entry.ending;
  const { id, destination, whole, durable } = item;
  const outcome = { item: id, destination, ...ending };
  const record: SinkRecord<R> = notSent
    ? { kind: 'voided', life: memory.life, items: [{ first: id.seq, last: id.seq }], released: true }
    : { kind: 'ended', outcome };
  entry.unrecorded = false;
  append(state, record, durable, (journaled) => {
    entry.unrecorded = !journaled;
    if (!journaled) return;
    release(state, entry);
    answer(state, memory, id.seq, notSent ? Answer.void : Answer.settled);
    if (notSent) state.receipts.unsent(memory, id.seq, ending);
    if (!notSent) state.outputs.push({ kind: 'outcome', outcome, item });
    if (whole !== undefined && notSent) state.transfers.drop(whole.transfer);
    else if (whole !== undefined) endTransfer(state, whole.transfer, item, ending);
  });
};

/** Ends that the journal had no room for are recorded when it has. */
export const recordUnrecorded = <R>(state: SinkState<R>): void => {
  for (const entry of state.held.values()) if (entry.unrecorded) recordEnd(state, entry);
};

/** Rule 10: the receipt for a transfer covers every fragment in it, for all origins. */
const endTransfer = <R>(state: SinkState<R>, transfer: string, whole: TakenItem<R>, ending: Ending): void => {
  append(state, { kind: 'transfer', transfer, ending }, false, () => undefined);
  for (const id of state.transfers.end(transfer, ending)) endCovered(state, id, whole, ending);
};

/** A fragment that nobody handed out itself ends as the whole did. */
export const endCovered = <R>(state: SinkState<R>, id: ItemName, whole: TakenItem<R>, ending: Ending): void => {
  const { memory, underWay } = state;
  const of = memory.of(id);
  const key = keyOf(id);
  if (of === undefined || underWay.has(key)) return;
  if (of.get(id.seq) !== Answer.unseen || !of.set(id.seq, Answer.unseen)) return;
  underWay.add(key);
  const outcome = { item: id, destination: whole.destination, ...ending };
  append(state, { kind: 'ended', outcome }, false, (journaled) => {
    underWay.delete(key);
    if (!journaled) return;
    answer(state, of, id.seq, Answer.settled);
    state.outputs.push({ kind: 'outcome', outcome, item: whole });
  });
};
