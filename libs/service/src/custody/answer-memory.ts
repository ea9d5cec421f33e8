/**
 * Rule 4: what a sink remembers of the items of its origins: two bits for every seq above the origin's `low`, not by time.
 * An hour of 3000 items a second with `low` held back all the time is 2.7 MB. When it is full the sink says `busy`.
 */
import { touch } from '../touch.ts';
import { lifeKey } from './item-name.ts';
import type { Life, SeqRange } from './item-name.ts';

/** Of one item: not seen, journaled, its outcome recorded, or never to be handed out. */
export const Answer = { unseen: 0, taken: 1, settled: 2, void: 3 } as const;
export type Answer = (typeof Answer)[keyof typeof Answer];

/** Sixteen answers in a word, 16 384 in a page of 4 KiB. */
const WORD_SEQS = 16;
const PAGE_SEQS = 16_384;
const PAGE_WORDS = PAGE_SEQS / WORD_SEQS;
/** 8 MiB in all. */
const MAX_PAGES = 2048;
/** Lives that are not over; an origin that lost its volume leaves one behind. */
const MAX_LIVES = 256;

export interface LifeMemory {
  readonly life: Life;
  readonly low: number;
  get(seq: number): Answer;
  /** @returns false when there is no room. Below `low` everything is settled and stays so. */
  set(seq: number, answer: Answer): boolean;
  /** `low` never goes back. */
  raise(low: number): void;
  /** Ranges with this answer from `from` on, ascending, at most `max`. */
  ranges(answer: Answer, from: number, max: number): SeqRange[];
  /** Something of it is still in the sink's hands. */
  held: number;
}

export interface AnswerMemory {
  /**
   * The memory of a life, made when it is new; undefined when every life remembered is still held. Of a life that its origin
   * has declared over everything is settled.
   */
  of(life: Life): LifeMemory | undefined;
  /** Lives of this origin and nonce below this incarnation are over. */
  forgetBefore(life: Life, incarnation: number): void;
  lives(): Iterable<LifeMemory>;
  readonly bytes: number;
}

export interface AnswerMemoryOptions {
  readonly maxPages?: number;
  readonly maxLives?: number;
}

interface Budget {
  pages: number;
  readonly maxPages: number;
}

export const createAnswerMemory = ({
  maxPages = MAX_PAGES,
  maxLives = MAX_LIVES,
}: AnswerMemoryOptions = {}): AnswerMemory => {
  const budget: Budget = { pages: 0, maxPages };
  const lives = new Map<string, LifeMemory>();
  /** By origin and nonce: the first incarnation that is not over. */
  const floors = new Map<string, number>();
  const journalKey = ({ origin, nonce }: Life): string => `${origin}/${nonce}`;
  const drop = (key: string, memory: LifeMemory): void => {
    memory.raise(Infinity);
    lives.delete(key);
  };
  /** The life not heard of for longest whose items are all settled or void. */
  const makeRoom = (): boolean => {
    for (const [key, memory] of lives) {
      if (memory.held > 0) continue;
      drop(key, memory);
      return true;
    }
    return false;
  };
  return {
    of: (life) => {
      if (life.incarnation < (floors.get(journalKey(life)) ?? 0)) return lifeThatIsOver(life);
      const key = lifeKey(life);
      let memory = lives.get(key);
      if (memory === undefined) {
        if (lives.size >= maxLives && !makeRoom()) return undefined;
        memory = createLifeMemory(life, budget);
      } else lives.delete(key);
      lives.set(key, memory);
      return memory;
    },
    forgetBefore: (of, incarnation) => {
      const { origin, nonce } = of;
      const key = journalKey(of);
      const known = floors.get(key) ?? 0;
      if (incarnation <= known) return;
      touch(floors, key, maxLives, () => 0);
      floors.set(key, incarnation);
      for (const [key, memory] of lives) {
        const { life } = memory;
        if (life.origin === origin && life.nonce === nonce && life.incarnation < incarnation) drop(key, memory);
      }
    },
    lives: () => lives.values(),
    get bytes() {
      return budget.pages * PAGE_WORDS * 4;
    },
  };
};

const lifeThatIsOver = (life: Life): LifeMemory => {
  const memory = createLifeMemory(life, { pages: 0, maxPages: 0 });
  memory.raise(Infinity);
  return memory;
};

const createLifeMemory = (life: Life, budget: Budget): LifeMemory => {
  const pages = new Map<number, Uint32Array>();
  let low = 1;
  let top = 0;
  const get = (seq: number): Answer => {
    if (seq < low) return Answer.settled;
    const word = pages.get(Math.floor(seq / PAGE_SEQS))?.[Math.floor((seq % PAGE_SEQS) / WORD_SEQS)] ?? 0;
    return ((word >>> (2 * (seq % WORD_SEQS))) & 3) as Answer;
  };
  const pageFor = (number: number): Uint32Array | undefined => {
    const known = pages.get(number);
    if (known !== undefined) return known;
    if (budget.pages >= budget.maxPages) return undefined;
    budget.pages += 1;
    const page = new Uint32Array(PAGE_WORDS);
    pages.set(number, page);
    return page;
  };
  return {
    life,
    held: 0,
    get low() {
      return low;
    },
    get,
    set: (seq, answer) => {
      if (seq < low) return true;
      const page = pageFor(Math.floor(seq / PAGE_SEQS));
      if (page === undefined) return false;
      if (seq > top) top = seq;
      const word = Math.floor((seq % PAGE_SEQS) / WORD_SEQS);
      const shift = 2 * (seq % WORD_SEQS);
      page[word] = ((page[word] ?? 0) & ~(3 << shift)) | (answer << shift);
      return true;
    },
    raise: (to) => {
      if (to <= low) return;
      low = to;
      for (const number of pages.keys()) {
        if ((number + 1) * PAGE_SEQS > low) continue;
        pages.delete(number);
        budget.pages -= 1;
      }
    },
    ranges: (answer, from, max) => rangesIn(pages, answer, { first: Math.max(from, low), last: top }, max),
  };
};

const rangesIn = (
  pages: ReadonlyMap<number, Uint32Array>,
  answer: Answer,
  within: SeqRange,
  max: number,
): SeqRange[] => {
  const ranges: { first: number; last: number }[] = [];
  const uniform = (answer * 0x55555555) >>> 0;
  let seq = within.first;
  while (seq <= within.last) {
    const page = pages.get(Math.floor(seq / PAGE_SEQS));
    if (page === undefined) {
      seq = (Math.floor(seq / PAGE_SEQS) + 1) * PAGE_SEQS;
      continue;
    }
    const bits = page[Math.floor((seq % PAGE_SEQS) / WORD_SEQS)] ?? 0;
    const at = seq % WORD_SEQS;
    const open = ranges.at(-1);
    // A word that says one thing is sixteen answers at once.
    const step = at === 0 && (bits === 0 || bits === uniform) ? WORD_SEQS : 1;
    if (((bits >>> (2 * at)) & 3) === answer) {
      if (open?.last === seq - 1) open.last += step;
      else if (ranges.length === max) return ranges;
      else ranges.push({ first: seq, last: seq + step - 1 });
    }
    seq += step;
  }
  return ranges;
};
