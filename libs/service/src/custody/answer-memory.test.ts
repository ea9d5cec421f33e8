import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Answer, createAnswerMemory } from './answer-memory.ts';

const life = { origin: 'radio', incarnation: 1, nonce: 7n };
/** An hour of 3000 items a second. */
const HOUR_OF_ITEMS = 10_800_000;

describe('the memory of answers', () => {
  it('holds an hour of 3000 items a second in a third of 10 MB, though low never moves', () => {
    const memory = createAnswerMemory();
    const of = memory.of(life);
    // Pages are what it costs; one answer in each makes them all.
    for (let seq = 1; seq <= HOUR_OF_ITEMS; seq += 1000) expect(of?.set(seq, Answer.settled)).toBe(true);
    expect(memory.bytes).toBeLessThan(3_000_000);
    of?.raise(HOUR_OF_ITEMS);
    expect(memory.bytes).toBeLessThanOrEqual(4096);
  });

  it('says when it is full, and takes more when low has moved', () => {
    const memory = createAnswerMemory({ maxPages: 1 });
    const of = memory.of(life);
    expect(of?.set(1, Answer.taken)).toBe(true);
    expect(of?.set(20_000, Answer.taken)).toBe(false);
    of?.raise(16_384);
    expect(of?.set(20_000, Answer.taken)).toBe(true);
    expect(memory.bytes).toBe(4096);
  });

  it('gives back what was set, and its ranges', () => {
    const answers = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 40_000 }), fc.constantFrom(Answer.taken, Answer.settled, Answer.void)),
      {
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(answers, fc.integer({ min: 1, max: 3000 }), fc.boolean(), (sets, low, isDense) => {
        const of = createAnswerMemory().of(life);
        const expected = new Map<number, number>();
        for (const [seq, answer] of sets) {
          const at = isDense ? 1 + (seq % 300) : seq;
          of?.set(at, answer);
          expected.set(at, answer);
        }
        of?.raise(low);
        for (const [seq, answer] of expected) expect(of?.get(seq)).toBe(seq < low ? Answer.settled : answer);
        for (const answer of [Answer.taken, Answer.settled, Answer.void]) {
          const seqs = (of?.ranges(answer, 1, Infinity) ?? []).flatMap(({ first, last }) =>
            Array.from({ length: last - first + 1 }, (_, at) => first + at),
          );
          const wanted = [...expected].filter(([seq, is]) => seq >= low && is === answer).map(([seq]) => seq);
          expect(seqs).toEqual(wanted.sort((a, b) => a - b));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('gives ranges by and by when there are many', () => {
    const of = createAnswerMemory().of(life);
    for (const seq of [1, 3, 5, 7]) of?.set(seq, Answer.settled);
    expect(of?.ranges(Answer.settled, 1, 2)).toEqual([
      { first: 1, last: 1 },
      { first: 3, last: 3 },
    ]);
    expect(of?.ranges(Answer.settled, 4, 2)).toEqual([
      { first: 5, last: 5 },
      { first: 7, last: 7 },
    ]);
  });

  it('forgets lives that are over, and knows that they are', () => {
    const memory = createAnswerMemory();
    memory.of(life)?.set(1, Answer.settled);
    memory.forgetBefore(life, 2);
    expect([...memory.lives()]).toEqual([]);
    expect(memory.bytes).toBe(0);
    expect(memory.of(life)?.get(5)).toBe(Answer.settled);
    expect([...memory.lives()]).toEqual([]);
    expect(memory.of({ ...life, nonce: 8n })?.get(5)).toBe(Answer.unseen);
  });

  it('makes room for a new life, but never at the cost of one with items in hand', () => {
    const memory = createAnswerMemory({ maxLives: 2 });
    const [first, second] = [memory.of(life), memory.of({ ...life, nonce: 8n })];
    if (first !== undefined) first.held = 1;
    expect(memory.of({ ...life, nonce: 9n })).toBeDefined();
    expect([...memory.lives()]).toContain(first);
    expect([...memory.lives()]).not.toContain(second);
    for (const each of memory.lives()) each.held = 1;
    expect(memory.of({ ...life, nonce: 10n })).toBeUndefined();
  });
});
