import { describe, expect, it } from 'vitest';
import { createStateOrder } from './state-order.ts';

const itemId = (seq: number, origin = 'radio-1') => ({ origin, incarnation: 1, nonce: 7n, seq });

describe('the order of states', () => {
  it.each([
    ['a later item of the same origin, though it says to be older', itemId(6), 900, true],
    ['an earlier item of the same origin, though it says to be newer', itemId(4), 1100, false],
    ['what another origin heard later', itemId(1, 'radio-2'), 1001, true],
    ['what another origin heard at the same time', itemId(1, 'radio-2'), 1000, true],
    ['what another origin heard earlier', itemId(9, 'radio-2'), 999, false],
    ['what an earlier life of the origin heard earlier', { ...itemId(9), nonce: 6n }, 999, false],
    ['what a later incarnation of the origin heard later', { ...itemId(1), incarnation: 2 }, 1001, true],
  ])('decides on %s', (_, id, heardMs, isNewest) => {
    const order = createStateOrder();
    expect(order.isNewest('a', itemId(5), 1000)).toBe(true);
    expect(order.isNewest('a', id, heardMs)).toBe(isNewest);
  });

  it('does not let an older item of an origin through because another origin spoke in between', () => {
    const order = createStateOrder();
    expect(order.isNewest('a', itemId(5), 1000)).toBe(true);
    expect(order.isNewest('a', itemId(1, 'radio-2'), 1100)).toBe(true);
    expect(order.isNewest('a', itemId(4), 1200)).toBe(false);
    order.note('a', 1300);
    expect(order.isNewest('a', itemId(6), 1250)).toBe(false);
    expect(order.isNewest('a', itemId(7), 1300)).toBe(true);
  });

  it('keeps uids apart', () => {
    const order = createStateOrder();
    expect(order.isNewest('a', itemId(5), 1000)).toBe(true);
    expect(order.isNewest('b', itemId(4), 900)).toBe(true);
  });

  it('forgets the uid not heard of for longest beyond ten thousand', () => {
    const order = createStateOrder();
    for (let n = 0; n < 10_000; n++) order.isNewest(`uid-${n}`, itemId(n + 10), 1000);
    order.isNewest('uid-0', itemId(20_000), 1000);
    order.isNewest('one more', itemId(20_001), 1000);
    expect(order.isNewest('uid-1', itemId(1), 0)).toBe(true);
    expect(order.isNewest('uid-0', itemId(1), 0)).toBe(false);
  });
});
