/** A short run of what `npm run fuzz` does for as long as one likes, and whether it would notice. */
import { describe, expect, it } from 'vitest';
import { inputOf, runBatch, targets } from './testing/campaign.ts';
import { settledRefusal } from './testing/settled.ts';
import type { Target } from './testing/target.ts';

const SEED = 4;
const INPUTS = 300;
const MAX_MS = 200;

describe.each(targets)('any input of $name', ({ name }) => {
  it('ends as an event or a listed reason, in no time, and not all are refused', () => {
    const { findings, outcomes, slowest } = runBatch({ target: name, seed: SEED, from: 0, count: INPUTS });
    expect(findings).toEqual([]);
    expect(Object.values(outcomes).reduce((sum, times) => sum + times, 0)).toBe(INPUTS);
    expect(Object.keys(outcomes).length).toBeGreaterThan(3);
    expect(Object.keys(outcomes).some((outcome) => outcome.startsWith('event'))).toBe(true);
    expect(slowest.ms).toBeLessThan(MAX_MS);
  });

  it('is the same for the same seed, and another for another', () => {
    const inputs = [SEED, SEED, SEED + 1].map((seed) => [0, 1, 2, 3].map((index) => inputOf(name, seed, index).join()));
    expect(inputs[1]).toEqual(inputs[0]);
    expect(inputs[2]).not.toEqual(inputs[0]);
  });
});

describe('the fuzzer', () => {
  const targetOf = (check: () => string): Target => ({
    name: 'x',
    open: () => () => ({ bytes: Uint8Array.of(1), check }),
  });
  const findingsOf = (check: () => string) =>
    runBatch({ target: 'x', seed: 1, from: 7, count: 1 }, [targetOf(check)]).findings;

  it('finds nothing where there is nothing', () => {
    expect(findingsOf(() => 'event')).toEqual([]);
  });

  it('finds what throws', () => {
    const fail = (): string => {
      throw new TypeError('no');
    };
    expect(findingsOf(fail)).toMatchObject([{ index: 7, kind: 'thrown', bytes: Uint8Array.of(1) }]);
  });

  it('finds a reason that is not listed, and a detail that no line of a log may hold', () => {
    const refusals = [
      { reason: 'strange', detail: 'x' },
      { reason: 'garbled', detail: '' },
      { reason: 'garbled', detail: 'a\nb' },
      { reason: 'garbled', detail: 'x'.repeat(201) },
    ];
    for (const refused of refusals) {
      expect(findingsOf(() => settledRefusal({ ok: false, ...refused } as never))).toMatchObject([{ kind: 'broken' }]);
    }
  });

  it('finds what takes long whenever it is run, not what once did', () => {
    let nowMs = 0;
    let runs = 0;
    const taking = (ms: (run: number) => number) => {
      runs = 0;
      const target = targetOf(() => {
        runs += 1;
        nowMs += ms(runs);
        return 'event';
      });
      return runBatch({ target: 'x', seed: 1, from: 7, count: 1 }, [target], () => nowMs);
    };
    expect(taking((run) => (run === 1 ? 5000 : 3))).toMatchObject({ findings: [], slowest: { ms: 3 } });
    expect(taking(() => 251)).toMatchObject({ findings: [{ kind: 'slow', message: '251 ms' }], slowest: { ms: 251 } });
    expect(taking(() => 19)).toMatchObject({ findings: [], slowest: { ms: 19 } });
    expect(runs).toBe(1);
  });

  it('knows no other targets', () => {
    expect(() => runBatch({ target: 'x', seed: 1, from: 0, count: 1 })).toThrow(RangeError);
  });
});
