import { describe, expect, it } from 'vitest';
import { createOwnRetained } from './own-retained.ts';
import { createRetainedCache } from './retained-cache.ts';

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
const publication = (topic: string, payload: Uint8Array) => ({ topic, payload, qos: 1 as const, retain: true });

describe('retained messages received', () => {
  it('are news once, until they change or are cleared', () => {
    const cache = createRetainedCache();
    expect(cache.isNews('a', bytes(1))).toBe(true);
    cache.set('a', bytes(1));
    expect([cache.isNews('a', bytes(1)), cache.isNews('a', bytes(2)), cache.isNews('a', bytes(1, 2))]).toEqual([
      false,
      true,
      true,
    ]);
    cache.set('a', bytes());
    expect([cache.isNews('a', bytes(1)), cache.entries()]).toEqual([true, []]);
  });

  it('are bounded in number: the oldest goes first', () => {
    const cache = createRetainedCache();
    for (let index = 0; index <= 16_384; index += 1) cache.set(`topic ${index}`, bytes(1));
    expect(cache.entries()).toHaveLength(16_384);
    expect(cache.isNews('topic 0', bytes(1))).toBe(true);
    expect(cache.isNews('topic 1', bytes(1))).toBe(false);
  });

  it('are bounded in bytes', () => {
    const cache = createRetainedCache();
    const large = new Uint8Array(256 * 1024);
    for (let index = 0; index < 100; index += 1) cache.set(`topic ${index % 80}`, large);
    expect(cache.entries()).toHaveLength(64);
  });
});

describe('own retained messages', () => {
  it('are sent once, and all again on a new connection', () => {
    const own = createOwnRetained();
    const [old, newer, other] = [publication('a', bytes(1)), publication('a', bytes(2)), publication('b', bytes(3))];
    own.set(old);
    own.set(newer);
    own.set(other);
    expect(own.unsent()).toEqual([newer, other]);
    own.sent(newer);
    expect(own.unsent()).toEqual([other]);
    own.sent(other);
    own.acknowledged(newer);
    own.restart();
    expect(own.unsent()).toEqual([newer, other]);
  });

  it('are forgotten when the broker knows that they are cleared', () => {
    const own = createOwnRetained();
    const cleared = publication('a', bytes());
    own.set(publication('a', bytes(1)));
    own.set(cleared);
    own.restart();
    expect(own.unsent()).toEqual([cleared]);
    own.acknowledged(cleared);
    own.restart();
    expect(own.unsent()).toEqual([]);
  });

  it('are bounded: the one published least recently goes first', () => {
    const own = createOwnRetained();
    for (let index = 0; index <= 16_384; index += 1) own.set(publication(`topic ${index}`, bytes(1)));
    expect(own.unsent()).toHaveLength(16_384);
    expect(own.unsent()[0]?.topic).toBe('topic 1');
  });
});
