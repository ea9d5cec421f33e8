/** The items an origin still answers for, by life and seq, and `low`: every seq below it is settled everywhere. */
import type { Life } from './item-name.ts';
import { rangesOf } from './seq-ranges.ts';
import type { AcceptedRecord, Assigned, Moment, OriginRecord } from './origin-records.ts';
import type { OpenItem, OpenLife, Part } from './part.ts';

/** `seq` is a uint32; behind it a new incarnation begins. */
const MAX_SEQ = 0xffffffff;

export interface OpenItems<P> {
  /** The life new items get their names from. */
  readonly current: Life;
  /** Begins the next incarnation; its record must be in the journal before anything of it is published. */
  begin(moment: Moment): OriginRecord<P>;
  readonly isFull: boolean;
  nextSeq(): number;
  open(record: AcceptedRecord<P>, deadlineMs: number): OpenItem<P>;
  /** A destination is settled; `low` moves when it was the last one of the oldest item. */
  close(part: Part<P>): void;
  find(life: Life, seq: number): OpenItem<P> | undefined;
  /** Open items of one of our lives with a seq in `first` to `last`; costs no more than there are open items. */
  between(life: Life, first: number, last: number): Iterable<OpenItem<P>>;
  low(item: OpenItem<P>): number;
  lowIncarnation(): number;
  all(): Iterable<OpenItem<P>>;
  count(): number;
  /** The life of an earlier incarnation found in the journal. */
  restore(incarnation: number): void;
}

export const createOpenItems = <P>(origin: string, nonce: bigint): OpenItems<P> => {
  const lives = new Map<number, OpenLife<P>>();
  let incarnation = 0;
  let seq = 0;
  const add = (number: number): void => {
    incarnation = number;
    seq = 0;
    lives.set(number, { life: { origin, incarnation: number, nonce }, items: new Map() });
  };
  const dropEmpty = (): void => {
    for (const [number, { items }] of lives) {
      if (items.size > 0 || number === incarnation) return;
      lives.delete(number);
    }
  };
  const itemsOf = (life: Life): Map<number, OpenItem<P>> | undefined =>
    life.origin === origin && life.nonce === nonce ? lives.get(life.incarnation)?.items : undefined;
  return {
    get current() {
      return { origin, incarnation, nonce };
    },
    restore: (number) => {
      if (!lives.has(number)) add(number);
    },
    begin: (moment) => {
      add(incarnation + 1);
      dropEmpty();
      return { kind: 'life', incarnation, nonce, moment };
    },
    get isFull() {
      return seq === MAX_SEQ;
    },
    nextSeq: () => (seq += 1),
    open: (record, deadlineMs) => {
      const of = lives.get(record.incarnation);
      if (of === undefined) throw new RangeError(`incarnation ${record.incarnation} did not begin`);
      const item = itemOf(of, record);
      for (const assigned of record.assigned) item.parts.set(assigned.destination, partOf(item, assigned, deadlineMs));
      of.items.set(record.seq, item);
      return item;
    },
    close: ({ item, destination }) => {
      item.parts.delete(destination);
      if (item.parts.size > 0) return;
      item.of.items.delete(item.seq);
      dropEmpty();
    },
    find: (life, number) => itemsOf(life)?.get(number),
    *between(life, first, last) {
      const open = itemsOf(life) ?? new Map<number, OpenItem<P>>();
      if (last - first < open.size) {
        for (let number = first; number <= last; number++) {
          const item = open.get(number);
          if (item !== undefined) yield item;
        }
      } else for (const item of open.values()) if (item.seq >= first && item.seq <= last) yield item;
    },
    low: ({ of, seq: own }) => {
      const [first] = of.items.keys();
      return first ?? own;
    },
    lowIncarnation: () => {
      const [first] = lives.keys();
      return first ?? incarnation;
    },
    count: () => [...lives.values()].reduce((sum, { items }) => sum + items.size, 0),
    *all() {
      for (const { items } of lives.values()) yield* items.values();
    },
  };
};

const itemOf = <P>(of: OpenLife<P>, record: AcceptedRecord<P>): OpenItem<P> => ({
  of,
  seq: record.seq,
  heardMs: record.heardMs,
  lifeMs: record.lifeMs,
  insists: record.insists,
  fragment: record.fragment,
  payload: record.payload,
  journaled: false,
  parts: new Map(),
  attempt: 0,
  wasAnswered: false,
});

const partOf = <P>(item: OpenItem<P>, { destination, sink }: Assigned, deadlineMs: number): Part<P> => ({
  item,
  destination,
  sink,
  assignment: 1,
  used: [],
  unanswered: [],
  whys: undefined,
  repeat: false,
  deadlineMs,
  phase: 'journaling',
  givenUpMs: 0,
  sentMs: -Infinity,
  tries: 0,
  failed: 0,
  mayBeKnown: false,
  ending: undefined,
});

/** Seqs of parts, by the life they belong to. */
export const byLife = <P>(parts: Iterable<Part<P>>): { life: Life; items: ReturnType<typeof rangesOf> }[] => {
  const seqs = new Map<OpenLife<P>, number[]>();
  for (const { item } of parts) {
    const known = seqs.get(item.of);
    if (known === undefined) seqs.set(item.of, [item.seq]);
    else known.push(item.seq);
  }
  return [...seqs].map(([{ life }, numbers]) => ({ life, items: rangesOf(numbers) }));
};
