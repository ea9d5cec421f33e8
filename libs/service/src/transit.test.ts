import { describe, expect, it } from 'vitest';
import { createTransits } from './transit.ts';

const MINUTE_MS = 60_000;

describe('how long a publish was on its way', () => {
  it('is what it took more than the quickest', () => {
    const transits = createTransits();
    const clock = 7;
    const of = (sentMs: number, nowMs: number): number => transits.of('radio-1', { sentMs, clock }, nowMs);
    expect(of(0, 1_000_010)).toBe(0);
    expect(of(100, 1_000_105)).toBe(0);
    expect(of(200, 1_003_205)).toBe(3_000);
    expect(of(300, 1_003_206)).toBe(2_901);
    expect(of(400, 1_000_405)).toBe(0);
  });

  it('is not known of what does not say when it was sent, nor of the first of a clock', () => {
    const transits = createTransits();
    expect(transits.of('radio-1', { sentMs: 0, clock: 0 }, 5_000)).toBe(0);
    expect(transits.of('radio-1', { sentMs: 0, clock: 1 }, 5_000)).toBe(0);
    expect(transits.of('radio-1', { sentMs: 0, clock: 2 }, 9_000)).toBe(0);
    expect(transits.of('radio-2', { sentMs: 0, clock: 2 }, 19_000)).toBe(0);
  });

  it('follows clocks that drift apart, and forgets what was long ago', () => {
    const transits = createTransits();
    const of = (sentMs: number, nowMs: number): number => transits.of('radio-1', { sentMs, clock: 1 }, nowMs);
    for (let minute = 0; minute < 120; minute += 1) {
      const sentMs = minute * MINUTE_MS;
      // Ten milliseconds a minute.
      expect(of(sentMs, 500 + sentMs + minute * 10)).toBeLessThanOrEqual(200);
    }
    expect(of(240 * MINUTE_MS, 240 * MINUTE_MS + 9_000)).toBe(0);
  });

  it('begins anew where a clock cannot be the same', () => {
    const transits = createTransits();
    expect(transits.of('radio-1', { sentMs: 2 ** 32 - 1, clock: 1 }, 2 ** 32)).toBe(0);
    // Its 32 bits have begun again.
    expect(transits.of('radio-1', { sentMs: 10, clock: 1 }, 2 ** 32 + 11)).toBe(0);
    expect(transits.of('radio-1', { sentMs: 20, clock: 1 }, 2 ** 32 + 41)).toBe(20);
  });
});
