import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNodeLimit } from './node-limit.ts';

const FLOODER = 0x0bad0001;
const OTHER = 0x0000600d;
const limits = { framesPerMinute: 60, burst: 3 };

describe('the limit of a node', () => {
  it('lets a burst pass, and then what the minute carries', () => {
    const limit = createNodeLimit(limits);
    const passes = (nowMs: number): boolean => limit.heard(FLOODER, nowMs) === undefined;
    expect([0, 0, 0, 0].map(passes)).toEqual([true, true, true, false]);
    expect(passes(999)).toBe(false);
    expect([1000, 1000, 3500, 3500, 3500].map(passes)).toEqual([true, false, true, true, false]);
  });

  it('says why, and who it was', () => {
    const limit = createNodeLimit({ framesPerMinute: 60, burst: 1 });
    limit.heard(FLOODER, 0);
    expect(limit.heard(FLOODER, 1)).toEqual({
      reason: 'flood',
      detail: 'nodeLimit: !0bad0001 sends more than 60 frames a minute',
    });
    limit.heard(FLOODER, 2);
    limit.heard(OTHER, 2);
    limit.heard(OTHER, 3);
    expect(limit.heldBack()).toBe('!0bad0001 floods the mesh: 2 frames were held back, and 1 more');
    expect(limit.heldBack()).toBeUndefined();
  });

  it('is off with 0', () => {
    const limit = createNodeLimit({ framesPerMinute: 0, burst: 1 });
    expect(Array.from({ length: 1000 }, () => limit.heard(FLOODER, 0))).toEqual(Array(1000).fill(undefined));
  });

  it('gives nothing for a clock that stands or goes back', () => {
    const limit = createNodeLimit(limits);
    for (const nowMs of [100, 90, 80]) expect(limit.heard(FLOODER, nowMs)).toBeUndefined();
    expect(limit.heard(FLOODER, 0)).toMatchObject({ reason: 'flood' });
  });

  it('forgets who was silent for longest when more forged senders come than it keeps', () => {
    const limit = createNodeLimit({ framesPerMinute: 60, burst: 1 });
    const refusals = Array.from({ length: 50_000 }, (_, node) => limit.heard(node, 0));
    expect(refusals.filter((refusal) => refusal !== undefined)).toEqual([]);
    // The newest are held to theirs, the oldest begin anew.
    expect(limit.heard(49_999, 0)).toMatchObject({ reason: 'flood' });
    expect(limit.heard(0, 0)).toBeUndefined();
  });

  it('never touches a node that keeps to its rate, whatever others send', () => {
    const frames = fc.array(fc.record({ afterMs: fc.nat(50), node: fc.constantFrom(FLOODER, 0x0bad0002) }));
    fc.assert(
      fc.property(frames, (flood) => {
        const limit = createNodeLimit(limits);
        let nowMs = 0;
        let dueMs = 0;
        for (const { afterMs, node } of flood) {
          nowMs += afterMs;
          limit.heard(node, nowMs);
          for (; dueMs <= nowMs; dueMs += 1000) expect(limit.heard(OTHER, dueMs)).toBeUndefined();
        }
      }),
    );
  });

  it('lets no more pass than burst and rate allow', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { maxLength: 200 }), (gaps) => {
        const limit = createNodeLimit(limits);
        let nowMs = 0;
        let passed = 0;
        for (const gap of gaps) {
          nowMs += gap;
          if (limit.heard(FLOODER, nowMs) === undefined) passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(limits.burst + nowMs / 1000);
      }),
    );
  });
});
