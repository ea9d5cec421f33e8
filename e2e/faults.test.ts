import { describe, expect, it } from 'vitest';
import { BROKER_AWAY_MS, EVERYDAY_KINDS, FAULT_KINDS, scheduleFaults } from './faults.ts';
import type { Targets } from './faults.ts';

const targets: Targets = {
  kill: ['a', 'b'],
  pause: ['a', 'b', 'mosquitto'],
  cut: ['bus:a', 'bus:b'],
  'half-open': ['bus:a', 'bus:b'],
  'slow-client': ['tak:1'],
  'broker-restart': ['mosquitto'],
  'broker-away': ['mosquitto'],
  'clock-jump': ['b'],
  'disk-full': ['a', 'b'],
  'lost-volume': ['a', 'b'],
};

describe('the schedule of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    const of = (seed: number) => scheduleFaults({ seed, seconds: 60, kinds: FAULT_KINDS, targets });
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });

  it('has at most one fault a second, of the kinds asked for, each on a target of its kind that is not busy', () => {
    const faults = scheduleFaults({ seed: 3, seconds: 300, kinds: EVERYDAY_KINDS, targets });
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(EVERYDAY_KINDS));
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

  it('has so many as are asked for, if there is time', () => {
    const of = (count: number, seconds: number) =>
      scheduleFaults({ seed: 5, seconds, count, kinds: EVERYDAY_KINDS, targets });
    expect(of(20, 100)).toHaveLength(20);
    expect(of(20, 6).length).toBeLessThanOrEqual(5);
    expect(of(20, 100)).toEqual(of(40, 100).slice(0, 20));
  });

  it('lets the broker be away once, early, and leaves it alone then', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const faults = scheduleFaults({ seed, seconds: 60, kinds: ['broker-away', 'broker-restart', 'pause'], targets });
      const away = faults.filter(({ kind }) => kind === 'broker-away');
      expect(away).toMatchObject([{ target: 'mosquitto', durationMs: BROKER_AWAY_MS }]);
      const atMs = away[0]?.atMs ?? 0;
      expect(atMs).toBeLessThanOrEqual(4000);
      const untilMs = atMs + BROKER_AWAY_MS;
      const others = faults.filter(({ kind, target }) => target === 'mosquitto' && kind !== 'broker-away');
      expect(others.filter((other) => other.atMs < untilMs && other.atMs + other.durationMs > atMs)).toEqual([]);
    }
  });

  it('takes the volume of each only once', () => {
    const faults = scheduleFaults({ seed: 2, seconds: 300, kinds: ['lost-volume'], targets });
    expect(faults.map(({ target }) => target).toSorted()).toEqual(['a', 'b']);
  });
});
