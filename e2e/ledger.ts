/**
 * The ledger as its readers see it: numbered batches of outcomes, merged per owner and life. Batches come from the bus
 * (bus-watch.ts); a reader of an owner's journal gives batches too, and what both say is one line.
 */
import { itemKey, OutcomeSchema, reasonText } from '@cotbus/contracts';
import type { Outcome, OutcomeBatch, ReasonName } from '@cotbus/contracts';
import { toBinary } from '@bufbuild/protobuf';

export interface LedgerLine {
  readonly owner: string;
  /** Of the owner: incarnation and nonce. */
  readonly life: string;
  readonly number: number;
  /** Empty when the outcome names none. */
  readonly item: string;
  readonly destination: string;
  readonly reason: ReasonName | 'unknown';
  readonly detail: string;
  readonly outcome: Outcome;
}

/** Numbers `first` to `last` that nobody has. */
interface Gap {
  readonly owner: string;
  readonly life: string;
  readonly first: number;
  readonly last: number;
}

export interface Ledger {
  readonly lines: readonly LedgerLine[];
  readonly gaps: readonly Gap[];
  /** Numbers under which one owner has said different things. */
  readonly conflicts: readonly LedgerLine[];
  /** Lines that came more than once with the same content, as brokers repeat messages. */
  readonly repeated: number;
}

/** @param source batches in any order, any of them several times. */
export const readLedger = (source: Iterable<OutcomeBatch>): Ledger => {
  const books = new Map<string, { owner: string; life: string; lines: Map<number, LedgerLine> }>();
  const conflicts: LedgerLine[] = [];
  let repeated = 0;
  for (const batch of source) {
    const life = `${batch.incarnation}.${batch.nonce.toString(16).padStart(16, '0')}`;
    const key = `${batch.owner}/${life}`;
    const book = books.get(key) ?? { owner: batch.owner, life, lines: new Map<number, LedgerLine>() };
    books.set(key, book);
    for (const [index, outcome] of batch.outcomes.entries()) {
      const line = lineOf(batch.owner, life, batch.firstNumber + index, outcome);
      const known = book.lines.get(line.number);
      if (known === undefined) book.lines.set(line.number, line);
      else if (isSame(known.outcome, outcome)) repeated += 1;
      else conflicts.push(line);
    }
  }
  return {
    lines: [...books.values()].flatMap(({ lines }) => [...lines.values()].sort((a, b) => a.number - b.number)),
    gaps: [...books.values()].flatMap(({ owner, life, lines }) =>
      holes(lines.keys()).map(([first, last]) => ({ owner, life, first, last })),
    ),
    conflicts,
    repeated,
  };
};

const lineOf = (owner: string, life: string, number: number, outcome: Outcome): LedgerLine => ({
  owner,
  life,
  number,
  item: outcome.item === undefined ? '' : itemKey(outcome.item),
  destination: outcome.destination,
  reason: reasonText(outcome.reason),
  detail: outcome.detail,
  outcome,
});

const isSame = (a: Outcome, b: Outcome): boolean =>
  Buffer.from(toBinary(OutcomeSchema, a)).equals(Buffer.from(toBinary(OutcomeSchema, b)));

/** What is missing of 1 to the largest, as ranges. */
export const holes = (numbers: Iterable<number>): (readonly [first: number, last: number])[] => {
  let next = 1;
  const missing: (readonly [number, number])[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    if (number > next) missing.push([next, number - 1]);
    next = Math.max(next, number + 1);
  }
  return missing;
};
