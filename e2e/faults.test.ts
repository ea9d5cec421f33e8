import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, injectFaults, scheduleFaults } from './faults.ts';
import type { Hurt, Targets } from './faults.ts';

const targets: Targets = {
  kill: ['a', 'b'],
  pause: ['a', 'b', 'mosquitto'],
  cut: ['bus:a', 'bus:b'],
  'half-open': ['bus:a', 'bus:b'],
  'slow-client': ['tak:1'],
  'broker-restart': ['mosquitto'],
};

describe('the schedule of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    const of = (seed: number) => scheduleFaults({ seed, seconds: 60, kinds: FAULT_KINDS, targets });
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });

  it('has at most one fault a second, of the kinds asked for, each on a target of its kind that is not busy', () => {
    const faults = scheduleFaults({ seed: 3, seconds: 300, kinds: FAULT_KINDS, targets });
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(FAULT_KINDS));
    const untilMs = new Map<string, number>();
    for (const { atMs, kind, target, durationMs } of faults) {
      expect(targets[kind]).toContain(target);
      expect(atMs).toBeGreaterThanOrEqual(untilMs.get(target) ?? 0);
      expect(durationMs).toBeLessThanOrEqual(3000);
      untilMs.set(target, atMs + durationMs);
    }
    expect(new Set(faults.map(({ atMs }) => atMs % 1000))).toEqual(new Set([0]));
  });

  it('is empty without kinds or time', () => {
    expect(scheduleFaults({ seed: 1, seconds: 60, kinds: [], targets })).toEqual([]);
    expect(scheduleFaults({ seed: 1, seconds: 1, kinds: FAULT_KINDS, targets })).toEqual([]);
  });
});

describe('injecting', () => {
  it('does each fault and undoes it', async () => {
    const done: string[] = [];
    const note =
      (what: string) =>
      (...about: unknown[]): void => {
        done.push([what, ...about].join(' '));
      };
    const hurt: Hurt = {
      kill: async (name) => note('kill')(name),
      start: note('start'),
      pause: note('pause'),
      resume: note('resume'),
      cut: note('cut'),
      hold: note('hold'),
      release: note('release'),
      slow: note('slow'),
      restartBroker: async (ms) => note('restart')(ms),
    };
    const faults = FAULT_KINDS.map((kind, index) => ({ atMs: index * 15, kind, target: kind, durationMs: 1 }));
    await injectFaults(faults, hurt, () => undefined);
    expect(done).toEqual([
      'kill kill',
      'start kill',
      'pause pause',
      'resume pause',
      'cut cut fin',
      'hold half-open',
      'cut half-open rst',
      'release half-open',
      'restart 1',
      'slow slow-client',
      'release slow-client',
    ]);
  });
});
