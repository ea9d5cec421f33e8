import { describe, expect, it } from 'vitest';
import { createRoundTrip } from './round-trip.ts';

describe('the timeout', () => {
  it('follows what is measured, within its bounds', () => {
    const roundTrip = createRoundTrip();
    expect(roundTrip.timeoutMs()).toBe(1000);
    for (let at = 0; at < 50; at++) roundTrip.measured(at % 2 === 0 ? 90 : 110);
    expect(roundTrip.timeoutMs()).toBe(250);
    for (let at = 0; at < 50; at++) roundTrip.measured(2000);
    expect(roundTrip.timeoutMs()).toBeGreaterThan(2000);
    for (let at = 0; at < 50; at++) roundTrip.measured(1e6);
    expect(roundTrip.timeoutMs()).toBe(30_000);
  });

  it('doubles with each silence, not with each try that runs out in it, and forgets it at the first answer', () => {
    const roundTrip = createRoundTrip();
    for (let at = 0; at < 100; at++) roundTrip.silent(0);
    expect(roundTrip.timeoutMs()).toBe(2000);
    roundTrip.silent(2000);
    expect(roundTrip.timeoutMs()).toBe(4000);
    for (let nowMs = 10_000; nowMs < 1e6; nowMs += 10_000) roundTrip.silent(nowMs);
    expect(roundTrip.timeoutMs()).toBe(30_000);
    roundTrip.heard();
    expect(roundTrip.timeoutMs()).toBe(1000);
  });
});
