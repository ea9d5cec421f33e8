import { describe, expect, it } from 'vitest';
import { simulatePair } from './testing/simulate-pair.ts';

// Before a release: COTBUS_PAIR_RUNS=3000.
const RUNS = Number(process.env['COTBUS_PAIR_RUNS'] ?? 12);

describe('a simulated pair', () => {
  it('needs no takeover and repeats nothing where nothing happens', () => {
    expect(simulatePair(1, false)).toMatchObject({ violations: [], takeovers: 0, repeats: 0 });
  });

  it(`has one active instance and one outcome for each item, whoever is killed, paused or cut off, in ${RUNS} runs`, () => {
    const runs = Array.from({ length: RUNS }, (_, at) => simulatePair(at + 1));
    expect(
      runs.filter(({ violations }) => violations.length > 0).map(({ seed, violations }) => [seed, violations[0]]),
    ).toEqual([]);
    expect(runs.reduce((sum, { takeovers }) => sum + takeovers, 0)).toBeGreaterThan(RUNS);
  });
});
