import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { createDuplicates } from './duplicates.ts';
import { itemId } from './testing/events.ts';

const first = 'radio-1/1.0000000000000007/1';

describe('duplicates', () => {
  it('are frames that were heard before, by anybody, for ten minutes', () => {
    const clock = fakeClock();
    const duplicates = createDuplicates(clock);
    expect(duplicates.repeats(itemId(1), 9n, 'a')).toBeUndefined();
    clock.advance(10 * 60_000 - 1);
    expect(duplicates.repeats(itemId(2), 9n, 'b')).toBe(first);
    expect(duplicates.repeats(itemId(1, 'radio-2'), 9n, 'c')).toBe(first);
    clock.advance(1);
    expect(duplicates.repeats(itemId(3), 9n, 'd')).toBeUndefined();
  });

  it('are the same content of another origin within 30 s', () => {
    const clock = fakeClock();
    const duplicates = createDuplicates(clock);
    expect(duplicates.repeats(itemId(1), 1n, 'a')).toBeUndefined();
    clock.advance(29_999);
    expect(duplicates.repeats(itemId(1, 'radio-2'), 2n, 'a')).toBe(first);
    clock.advance(1);
    expect(duplicates.repeats(itemId(2, 'radio-2'), 3n, 'a')).toBeUndefined();
  });

  it('are not what one origin says again', () => {
    const duplicates = createDuplicates(fakeClock());
    expect(duplicates.repeats(itemId(1), 1n, 'sos')).toBeUndefined();
    expect(duplicates.repeats(itemId(2), 2n, 'sos')).toBeUndefined();
  });

  it('are not contacts without a frame, unless their content is the same', () => {
    const duplicates = createDuplicates(fakeClock());
    expect(duplicates.repeats(itemId(1), 0n, 'a')).toBeUndefined();
    expect(duplicates.repeats(itemId(1, 'radio-2'), 0n, 'b')).toBeUndefined();
    expect(duplicates.repeats(itemId(2, 'radio-2'), 0n, 'a')).toBe(first);
  });
});
