/**
 * Rules 3 and 4: the sink journals the first result it sees of an item (that decode stands), hands it to the world, and from
 * then on owns the item's outcome. Duplicates are answered by the next receipt; a full sink says busy.
 */
import { Answer } from './answer-memory.ts';
import type { LifeMemory } from './answer-memory.ts';
import type { ItemName } from './item-name.ts';
import type { Addressed } from './messages.ts';
import { endCovered } from './settle.ts';
import { answer, append, hold, keyOf } from './sink-state.ts';
import type { SinkState } from './sink-state.ts';
import type { SinkInput, TakenItem, Whole } from './sink-ports.ts';

type ResultInput<R> = Extract<SinkInput<R>, { kind: 'result' }>;

export const takeResult = <R>(state: SinkState<R>, input: ResultInput<R>): void => {
  const { memory, underWay, receipts, counts } = state;
  const { item } = input;
  const addressed = item.addressed.find(({ sink }) => sink === state.name);
  if (addressed === undefined) return;
  memory.forgetBefore(item.id, item.lowIncarnation);
  const of = memory.of(item.id);
  if (of === undefined) return;
  of.raise(item.low);
  if (underWay.has(keyOf(item.id))) return;
  const { seq } = item.id;
  if (of.get(seq) !== Answer.unseen) {
    counts.duplicates += 1;
    receipts.answer(of, seq);
    return;
  }
  const taken = takenItem(state, input, addressed);
  if (input.declined === true) {
    for (const id of [item.id, ...(taken.whole?.covers ?? [])]) decline(state, id);
    return;
  }
  if (taken.whole !== undefined && joinsTransfer(state, taken.whole, taken)) return;
  // Setting unseen makes room for the answer, or finds that there is none.
  if (state.held.size + underWay.size >= state.maxHeld || !of.set(seq, Answer.unseen)) sayBusy(state, of, seq);
  else take(state, taken, of, item.low);
};

const takenItem = <R>(
  { name, nowMs }: SinkState<R>,
  { item, result, whole }: ResultInput<R>,
  { destination, lifeMs }: Addressed,
): TakenItem<R> => ({
  id: item.id,
  destination,
  heardMs: nowMs - item.ageMs,
  lifeUntilMs: nowMs + lifeMs,
  durable: item.durable,
  ...(whole !== undefined && { whole: { transfer: whole.transfer, covers: coveredHere(whole, name) } }),
  result,
});

const decline = <R>(state: SinkState<R>, id: ItemName): void => {
  const of = state.memory.of(id);
  if (of !== undefined && of.get(id.seq) === Answer.unseen && !state.underWay.has(keyOf(id))) {
    answer(state, of, id.seq, Answer.settled);
  }
};

const coveredHere = ({ covers }: Whole, sink: string): ItemName[] =>
  covers.flatMap(({ id, sinks }) => (sinks.includes(sink) ? [id] : []));

const sayBusy = <R>({ counts, receipts }: SinkState<R>, of: LifeMemory, seq: number): void => {
  counts.busy += 1;
  receipts.busy(of, seq);
};

const take = <R>(state: SinkState<R>, item: TakenItem<R>, of: LifeMemory, low: number): void => {
  const { transfers, underWay } = state;
  const { whole, durable } = item;
  const key = keyOf(item.id);
  underWay.add(key);
  if (whole !== undefined) transfers.begin(whole.transfer, whole.covers);
  append(state, { kind: 'taken', item, low }, durable, (journaled) => {
    underWay.delete(key);
    if (!journaled) {
      if (whole !== undefined) transfers.drop(whole.transfer);
      sayBusy(state, of, item.id.seq);
      return;
    }
    answer(state, of, item.id.seq, Answer.taken);
    hold(state, item, of, false);
    state.outputs.push({ kind: 'hand', item, repeat: false });
  });
};

/** Rule 10: another item stands for this transfer; late surplus gets the same answer. */
const joinsTransfer = <R>(
  state: SinkState<R>,
  whole: NonNullable<TakenItem<R>['whole']>,
  item: TakenItem<R>,
): boolean => {
  const covers = [item.id, ...whole.covers];
  if (!state.transfers.joins(whole.transfer, covers)) return false;
  const ending = state.transfers.ending(whole.transfer);
  if (ending !== undefined) for (const covered of covers) endCovered(state, covered, item, ending);
  return true;
};
