import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { fasterClock } from './faster-clock.ts';
import { isBuilt } from './service-config.ts';
import { slopePerDay } from './slope.ts';
import { judge, MAX_RSS_BYTES } from './soak-report.ts';
import { soak } from './soak-run.ts';
import type { TimedSample } from './soak-run.ts';

const RUN_MS = 300_000;

const sample = (day: number, more: Partial<TimedSample> = {}): TimedSample => ({
  rssBytes: 100 * 2 ** 20,
  heapBytes: 30 * 2 ** 20,
  externalBytes: 2 ** 20,
  handles: 10,
  timers: 100,
  descriptors: 40,
  day,
  frames: 1000 * day,
  events: 10,
  ...more,
});
const days = Array.from({ length: 21 }, (_, index) => index / 20);

describe('a clock that goes faster', () => {
  it('has its own time, and its timers are due by it', async () => {
    const clock = fakeClock(1_000);
    const fast = fasterClock(clock, 60);
    const [beganMs, beganMonotonicMs] = [fast.now(), fast.monotonic()];
    const due: number[] = [];
    fast.after(60_000, () => due.push(fast.now() - beganMs));
    await clock.pass(1_000);
    expect(due).toEqual([60_000]);
    expect(fast.monotonic() - beganMonotonicMs).toBe(60_000);
  });
});

describe('what a soak says', () => {
  it('is nothing of what fills in the first quarter and stays', () => {
    const filling = days.map((day) => ({ day, value: Math.min(day, 0.25) }));
    expect(slopePerDay(filling)).toBeCloseTo(0);
    expect(slopePerDay(days.map((day) => ({ day, value: 7 * day })))).toBeCloseTo(7);
    expect(slopePerDay([])).toBe(0);
  });

  it('is a fault of what grows, and of too large a process', () => {
    expect(judge(days.map((day) => sample(day))).faults).toEqual([]);
    expect(judge(days.map((day) => sample(day, { descriptors: 40 + 10 * day }))).faults).toEqual([
      'descriptors grows by 10.0 a day',
    ]);
    expect(judge(days.map((day) => sample(day, { rssBytes: MAX_RSS_BYTES + 2 ** 20 }))).faults).toEqual([
      'resident 181.0 MiB of at most 180 MiB',
    ]);
  });
});

describe.skipIf(!isBuilt())('the gateway under a clock that goes faster', () => {
  it(
    'holds no more descriptors after a while',
    async () => {
      // Twelve simulated minutes in ten seconds.
      const samples = await soak({ days: 1 / 120, minutesPerDay: 20, samplesPerDay: 240, framesPerSecond: 0.5 });
      expect(samples).toHaveLength(3);
      const [first, last] = [samples[0], samples.at(-1)];
      expect(last?.frames).toBeGreaterThan(first?.frames ?? 0);
      expect(last?.descriptors).toBeLessThanOrEqual((first?.descriptors ?? 0) + 10);
    },
    RUN_MS,
  );
});
