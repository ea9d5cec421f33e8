/** Rule 5: of a void the sink says that its outcome stands, or it records the void and refuses later copies. */
import { Answer } from './answer-memory.ts';
import { nameOf, seqsOf } from './item-name.ts';
import type { VoidRequest } from './messages.ts';
import { rangesOf } from './seq-ranges.ts';
import { answer, append, keyOf } from './sink-state.ts';
import type { SinkState } from './sink-state.ts';

/** Seqs of one request that are answered; the origin asks again for the others. */
const MAX_VOIDED = 4096;

export const receiveVoid = <R>(state: SinkState<R>, request: VoidRequest): void => {
  const { memory, receipts, underWay } = state;
  if (request.sink !== state.name) return;
  const of = memory.of(request);
  if (of === undefined) return;
  const fresh: number[] = [];
  for (const seq of seqsOf(request.items, MAX_VOIDED)) {
    if (underWay.has(keyOf(nameOf(request, seq)))) continue;
    if (of.get(seq) !== Answer.unseen) receipts.answer(of, seq);
    else if (of.set(seq, Answer.unseen)) fresh.push(seq);
  }
  if (fresh.length === 0) return;
  const keys = fresh.map((seq) => keyOf(nameOf(request, seq)));
  for (const key of keys) underWay.add(key);
  // A void forgotten would let a later copy through after the origin recorded that it gave the item up.
  append(state, { kind: 'voided', life: of.life, items: rangesOf(fresh), released: false }, true, (journaled) => {
    for (const key of keys) underWay.delete(key);
    if (journaled) for (const seq of fresh) answer(state, of, seq, Answer.void);
  });
};
