import { describe, expect, it } from 'vitest';
import { createUnsureWrites } from './unsure-writes.ts';

describe('what a client may not have got', () => {
  it('is what was written since five seconds before it last said anything', () => {
    const writes = createUnsureWrites<string>();
    writes.written('a', 1_000);
    writes.written('b', 4_000);
    writes.read(8_999);
    writes.written('c', 9_500);
    expect(writes.list()).toEqual(['b', 'c']);
  });

  it('is everything when it never said anything, but no more than can be kept', () => {
    const writes = createUnsureWrites<string>();
    for (let n = 0; n < 2_000; n += 1) writes.written(String(n), n);
    expect([writes.list().length, writes.list()[0], writes.list().at(-1)]).toEqual([256, '1744', '1999']);
  });
});
