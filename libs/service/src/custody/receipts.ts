/** Rule 4: the answers of a sink, batched per life and repeated with the heartbeat until the origin's `low` passes them. */
import { Answer } from './answer-memory.ts';
import type { AnswerMemory, LifeMemory } from './answer-memory.ts';
import type { Ending, Receipt, Unsent } from './messages.ts';
import { rangesOf } from './seq-ranges.ts';

/** Ranges of one kind in one receipt: a few kilobytes. */
const MAX_RANGES = 512;
/** Answers that wait for company; as many again would not make the receipt cheaper. */
const MAX_WAITING = 512;

export interface Receipts {
  /** This seq was asked for, or has a new answer. */
  answer(of: LifeMemory, seq: number): void;
  busy(of: LifeMemory, seq: number): void;
  /** Why this seq was not sent; its answer is void. */
  unsent(of: LifeMemory, seq: number, ending: Ending): void;
  /** A batch is full: send without waiting for the next tick. */
  readonly isFull: boolean;
  /** What was asked for since the last time. */
  waiting(): Receipt[];
  /** Everything above `low`, by and by when there are many holes. */
  repeated(): Receipt[];
}

interface Asked {
  readonly answers: Set<number>;
  readonly busy: Set<number>;
  readonly unsent: Unsent[];
}

export const createReceipts = (sink: string, memory: AnswerMemory): Receipts => {
  const asked = new Map<LifeMemory, Asked>();
  const cursors = new WeakMap<LifeMemory, { settled: number; void: number }>();
  let count = 0;
  const askedOf = (of: LifeMemory): Asked => {
    const known = asked.get(of) ?? { answers: new Set(), busy: new Set(), unsent: [] };
    asked.set(of, known);
    count += 1;
    return known;
  };
  const receipt = ({ life }: LifeMemory, answers: Pick<Receipt, 'settled' | 'taken' | 'voided' | 'busy'>): Receipt => ({
    origin: life.origin,
    incarnation: life.incarnation,
    nonce: life.nonce,
    sink,
    settled: answers.settled,
    taken: answers.taken,
    voided: answers.voided,
    busy: answers.busy,
  });
  const next = (of: LifeMemory, answer: 'settled' | 'void'): Receipt['settled'] => {
    const cursor = cursors.get(of) ?? { settled: 0, void: 0 };
    const ranges = of.ranges(Answer[answer], cursor[answer], MAX_RANGES);
    cursor[answer] = ranges.length < MAX_RANGES ? 0 : (ranges.at(-1)?.last ?? 0) + 1;
    cursors.set(of, cursor);
    return ranges;
  };
  return {
    answer: (of, seq) => askedOf(of).answers.add(seq),
    busy: (of, seq) => askedOf(of).busy.add(seq),
    unsent: (of, seq, ending) => askedOf(of).unsent.push({ seq, ending }),
    get isFull() {
      return count >= MAX_WAITING;
    },
    waiting: () => {
      const receipts = [...asked].map(([of, { answers, busy, unsent }]) => {
        const having = (answer: Answer) => rangesOf([...answers].filter((seq) => of.get(seq) === answer));
        const [settled, taken, voided] = [having(Answer.settled), having(Answer.taken), having(Answer.void)];
        return {
          ...receipt(of, { settled, taken, voided, busy: rangesOf(busy) }),
          ...(unsent.length > 0 && { unsent }),
        };
      });
      asked.clear();
      count = 0;
      return receipts.filter(saysSomething);
    },
    repeated: () =>
      [...memory.lives()]
        .map((of) => receipt(of, { settled: next(of, 'settled'), taken: [], voided: next(of, 'void'), busy: [] }))
        .filter(saysSomething),
  };
};

const saysSomething = ({ settled, taken, voided, busy }: Receipt): boolean =>
  settled.length + taken.length + voided.length + busy.length > 0;
