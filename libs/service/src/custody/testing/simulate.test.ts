import { describe, expect, it } from 'vitest';
import { simulate, simulateMany } from './simulate.ts';
import { mutations } from './world.ts';

const RUNS_AT_ONCE = 500;
/** Every planted fault shows itself within so many runs; the slowest was seen at 160. */
const RUNS_TO_FIND = 1000;

describe('custody in a simulated world', () => {
  // 10 000 runs. A failing one is replayed by `simulate({ seed, trace: true })`.
  it.each(Array.from({ length: 20 }, (_, at) => 1 + at * RUNS_AT_ONCE))(
    'holds whoever dies, in 500 runs from seed %i',
    (seed) => {
      expect(simulateMany({ runs: RUNS_AT_ONCE, seed }).failed).toEqual([]);
    },
    20_000,
  );

  it('meets all that can happen to an item', () => {
    const { outcomes, republished, repeats } = simulateMany({ runs: 200, seed: 1 });
    const met = ['absent', 'delivered', 'gave_up', 'journal_full', 'not_sent', 'poison', 'superseded', 'unreadable'];
    expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(met));
    expect(Math.min(republished, repeats)).toBeGreaterThan(0);
  });

  it('replays a run from its seed', () => {
    const run = simulate({ seed: 7, trace: true });
    expect(run.trace.length).toBeGreaterThan(10);
    expect(simulate({ seed: 7, trace: true })).toEqual(run);
  });

  it.each(mutations)(
    'finds the planted fault: %s',
    (mutation) => {
      const { failed, runs } = simulateMany({ runs: RUNS_TO_FIND, seed: 1, mutation, untilViolation: true });
      expect(failed, `not found in ${runs} runs`).toHaveLength(1);
      const [found] = failed;
      // The fault is in the planted line and nowhere else: the same seed without it holds.
      expect(simulate({ seed: found?.seed ?? 0 }).violations).toEqual([]);
    },
    20_000,
  );
});
