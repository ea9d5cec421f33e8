import { describe, expect, it } from 'vitest';
import { steadyFlow } from './testing/steady-flow.ts';

describe('3000 items a second over a round trip of 100 ms', () => {
  it('are limited by nothing but the way, and nothing is sent twice', () => {
    const flow = steadyFlow({ items: 6000, perSecond: 3000, roundTripMs: 100 });
    expect(Object.fromEntries(flow.outcomes)).toEqual({ delivered: 6000 });
    // Half the way and two appends.
    expect(flow.slowestMs).toBeLessThanOrEqual(55);
    expect(flow.republished).toBe(0);
  });

  it('keep the memory of answers at a page or two while low moves', () => {
    const flow = steadyFlow({ items: 20_000, perSecond: 3000, roundTripMs: 100 });
    expect(flow.outcomes.get('delivered')).toBe(20_000);
    expect(flow.mostAnswerBytes).toBeLessThanOrEqual(2 * 4096);
  });

  it('are not slowed by one that no worker answers', () => {
    const flow = steadyFlow({
      items: 6000,
      perSecond: 3000,
      roundTripMs: 100,
      poisonSeqs: [100],
      restartMs: 0,
      thenSeconds: 40,
    });
    expect(Object.fromEntries(flow.outcomes)).toEqual({ delivered: 6039, poison: 1 });
    expect(flow.slowestMs).toBeLessThanOrEqual(55);
    // Four, and those while nothing passed.
    expect(flow.republished).toBeLessThan(10);
  });

  it('all arrive although one kills the worker five times', () => {
    const flow = steadyFlow({
      items: 6000,
      perSecond: 3000,
      roundTripMs: 100,
      poisonSeqs: [100],
      restartMs: 20,
      thenSeconds: 40,
    });
    expect(Object.fromEntries(flow.outcomes)).toEqual({ delivered: 6039, poison: 1 });
    // What the worker had in hand when it died waits for a timeout or two.
    expect(flow.slowestMs).toBeLessThan(3000);
  });
});
