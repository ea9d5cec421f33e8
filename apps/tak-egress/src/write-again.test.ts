import { fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { createUnsureWrites } from './unsure-writes.ts';
import { createWriteAgain } from './write-again.ts';

const make = () => {
  const clock = fakeClock();
  const counts: Record<string, number> = {};
  const status = { count: (name: string, by = 1) => void (counts[name] = (counts[name] ?? 0) + by) };
  const again = createWriteAgain({ clock, status });
  const link = (...written: string[]) => {
    const unsure = createUnsureWrites();
    for (const xml of written) unsure.written(xml, clock.monotonic());
    const got: string[] = [];
    const feed = (xmls: Iterator<string>): void => {
      for (let next = xmls.next(); next.done !== true; next = xmls.next()) got.push(next.value);
    };
    return { unsure, got, feed };
  };
  return { clock, counts, again, link };
};

describe('writing again', () => {
  it('is for the client that says the same uid, once, and again when that link dies as well', () => {
    const { again, link, counts } = make();
    const [first, stranger, second, third] = [link('a', 'b'), link(), link(), link()];
    again.identify(first, 'ALPHA');
    again.left(first);
    again.identify(stranger, 'BRAVO');
    again.identify(second, 'ALPHA');
    expect([stranger.got, second.got]).toEqual([[], ['a', 'b']]);
    again.left(second);
    again.identify(third, 'ALPHA');
    expect(third.got).toEqual(['a', 'b']);
    expect(counts).toEqual({ events_repeated_total: 4, events_unsure_total: 4 });
  });

  it('reaches a next link that was there before the dead one was known to be', () => {
    const { again, link } = make();
    const [dead, next] = [link('a'), link()];
    again.identify(dead, 'ALPHA');
    again.identify(next, 'ALPHA');
    expect(next.got).toEqual([]);
    again.left(dead);
    expect(next.got).toEqual(['a']);
  });

  it('ends after five minutes, and is counted for a client that never said who it was', () => {
    const { again, link, clock, counts } = make();
    const [known, unknown, late] = [link('a'), link('b', 'c'), link()];
    again.identify(known, 'ALPHA');
    again.left(known);
    again.left(unknown);
    clock.advance(5 * 60_000);
    again.identify(late, 'ALPHA');
    expect(late.got).toEqual([]);
    expect(counts['events_unsure_total']).toBe(3);
  });
});
