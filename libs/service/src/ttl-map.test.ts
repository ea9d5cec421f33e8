import { describe, expect, it } from 'vitest';
import { fakeClock } from './testing/fake-clock.ts';
import { createTtlMap } from './ttl-map.ts';

const make = (maxEntries = 3) => {
  const clock = fakeClock();
  return { clock, map: createTtlMap<string, number>({ ttlMs: 1000, maxEntries, clock }) };
};

describe('a map whose entries expire', () => {
  it('gives a value until its time is over', () => {
    const { clock, map } = make();
    map.set('a', 1);
    clock.advance(999);
    expect([map.get('a'), map.has('a'), map.size]).toEqual([1, true, 1]);
    clock.advance(1);
    expect([map.get('a'), map.has('a'), map.size]).toEqual([undefined, false, 0]);
  });

  it('starts a life anew when a value is set again, not when it is read', () => {
    const { clock, map } = make();
    map.set('a', 1);
    map.set('b', 2);
    clock.advance(600);
    map.get('b');
    map.set('a', 3);
    clock.advance(600);
    expect([map.get('a'), map.get('b'), map.size]).toEqual([3, undefined, 1]);
  });

  it('gives up the oldest entry for one too many', () => {
    const { map } = make();
    for (const [index, key] of ['a', 'b', 'c', 'a', 'd'].entries()) map.set(key, index);
    expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual([3, undefined, 2, 4]);
    expect(map.size).toBe(3);
  });

  it('forgets what is deleted, and knows a value that is undefined', () => {
    const clock = fakeClock();
    const map = createTtlMap<string, undefined>({ ttlMs: 1000, maxEntries: 2, clock });
    map.set('a', undefined);
    expect(map.has('a')).toBe(true);
    map.delete('a');
    expect(map.has('a')).toBe(false);
  });

  it('is not confused by a wall clock that jumps', () => {
    const { clock, map } = make();
    map.set('a', 1);
    clock.set({ nowMs: 0 });
    expect(map.get('a')).toBe(1);
  });
});
