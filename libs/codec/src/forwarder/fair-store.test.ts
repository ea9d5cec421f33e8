import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFairStore } from './fair-store.ts';

const limits = { perSender: 3, inAll: 6, bytesPerSender: 100, bytesInAll: 150, lifeMs: 1000 };
const storeOf = (...puts: readonly (readonly [key: string, owner: string, bytes?: number])[]) => {
  const store = createFairStore<string>(limits);
  for (const [at, [key, owner, bytes = 1]] of puts.entries()) store.put(key, owner, key, bytes, at);
  return {
    store,
    has: (keys: string) =>
      keys
        .split('')
        .filter((key) => store.get(key) !== undefined)
        .join(''),
  };
};

describe('a fair store', () => {
  it('pushes out the oldest of who has too many', () => {
    const { has } = storeOf(['z', 'other'], ['a', 'one'], ['b', 'one'], ['a', 'one'], ['c', 'one'], ['d', 'one']);
    expect(has('zabcd')).toBe('zacd');
  });

  it('pushes out the oldest of who takes too many bytes', () => {
    const { store, has } = storeOf(['z', 'other', 20], ['a', 'one', 50], ['b', 'one', 40], ['c', 'one', 30]);
    expect(has('zabc')).toBe('zbc');
    expect(store.bytes).toBe(90);
  });

  it('takes from the largest when all is full', () => {
    const full: [string, string, number?][] = [
      ['z', 'quiet'],
      ['a', 'one'],
      ['b', 'one'],
      ['c', 'two'],
      ['d', 'two'],
      ['e', 'two'],
    ];
    expect(storeOf(...full, ['f', 'new']).has('zabcdef')).toBe('zabdef');
    const heavy = storeOf(['z', 'quiet', 50], ['a', 'one', 60], ['b', 'one', 30], ['c', 'new', 20]);
    expect(heavy.has('zabc')).toBe('zbc');
  });

  it('keeps nothing that is too large by itself', () => {
    const { store, has } = storeOf(['z', 'other'], ['a', 'one', 101]);
    expect(has('za')).toBe('z');
    expect(store.bytes).toBe(1);
  });

  it('drops what was not touched for its life', () => {
    const { store, has } = storeOf(['a', 'one'], ['b', 'one']);
    store.put('a', 'one', 'a', 1, 500);
    store.expire(1000);
    expect(has('ab')).toBe('ab');
    store.expire(1001);
    expect(has('ab')).toBe('a');
    store.expire(1500);
    expect([store.size, store.bytes]).toEqual([0, 0]);
  });

  it('stays within its bounds and counts right, whatever is put', () => {
    const steps = fc.array(fc.tuple(fc.nat(20), fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(120), fc.boolean()));
    fc.assert(
      fc.property(steps, (puts) => {
        const store = createFairStore<number>(limits);
        for (const [at, [key, owner, bytes, removes]] of puts.entries()) {
          if (removes) store.delete(`${owner}${key}`);
          else store.put(`${owner}${key}`, owner, at, bytes, at);
          expect(store.size).toBeLessThanOrEqual(limits.inAll);
          expect(store.bytes).toBeLessThanOrEqual(limits.bytesInAll);
        }
        store.expire(1_000_000);
        expect([store.size, store.bytes]).toEqual([0, 0]);
      }),
    );
  });
});
