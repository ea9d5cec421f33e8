import { Kind } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOutbox } from './outbox.ts';
import type { Outgoing } from './outgoing.ts';
import { meshEvent } from './testing/events.ts';

const FAR = 1e9;
const out = (uid: string, kind: Kind = Kind.PLI, staleMs = FAR, xml = uid): Outgoing => ({
  event: meshEvent({ uid, kind }),
  xml,
  staleMs,
});
const open = (maxEvents: number, maxWaitMs = 300_000) => {
  const outbox = createOutbox({ maxEvents, maxWaitMs });
  const uids = (): string[] => outbox.list().map(({ event }) => event.uid);
  const add = (one: Outgoing, nowMs = 0): string[] => outbox.add(one, nowMs).map(({ out: { event } }) => event.uid);
  return { outbox, uids, add };
};

describe('the outbox', () => {
  it('gives what waits in order', () => {
    const { outbox, add } = open(50);
    for (const uid of ['a', 'b', 'c']) add(out(uid));
    expect([outbox.take(), outbox.take(), outbox.take(), outbox.take()].map((one) => one?.event.uid)).toEqual([
      'a',
      'b',
      'c',
      undefined,
    ]);
  });

  it.each([
    ['the oldest', [out('a'), out('b'), out('c')], ['a']],
    ['what a newer one of its uid replaces', [out('a'), out('b'), out('b')], ['b']],
    ['a position before a marker', [out('a', Kind.MARKER), out('b'), out('c', Kind.MARKER)], ['b']],
    ['anything before chat', [out('a', Kind.CHAT), out('b', Kind.ROUTE), out('c', Kind.CHAT)], ['b']],
    ['chat before an emergency', [out('a', Kind.EMERGENCY), out('b', Kind.CHAT), out('c', Kind.EMERGENCY)], ['b']],
    ['the new one when it matters least', [out('a', Kind.CHAT), out('b', Kind.CHAT), out('c')], ['c']],
    ['the oldest of several messages', [out('a', Kind.CHAT), out('b', Kind.CHAT), out('c', Kind.CHAT)], ['a']],
    [
      'not a message for another of the same uid',
      [out('a', Kind.CHAT), out('b', Kind.CHAT), out('b', Kind.CHAT)],
      ['a'],
    ],
  ])('drops %s when it is full', (_, outs, dropped) => {
    const { add } = open(2);
    expect(outs.flatMap((one) => add(one))).toEqual(dropped);
  });

  it('lets each wait for its time and no longer, nor beyond its stale', () => {
    const { outbox, add, uids } = open(50, 1000);
    add(out('a'), 0);
    add(out('b', Kind.PLI, 1200), 500);
    add(out('c'), 500);
    expect(outbox.expire(999)).toEqual([]);
    expect(outbox.expire(1000)).toMatchObject([{ reason: 'expired', detail: 'it waited 1 s' }]);
    expect(outbox.expire(1200)).toMatchObject([{ reason: 'expired', detail: 'it became stale while it waited' }]);
    expect(uids()).toEqual(['c']);
  });

  it('goes on counting for what waited elsewhere, in front of the others', () => {
    const { outbox, add, uids } = open(50, 1000);
    add(out('b'), 900);
    outbox.putBack([{ out: out('a'), sinceMs: 100 }]);
    expect(uids()).toEqual(['a', 'b']);
    expect(outbox.expire(1100).map(({ out: { event } }) => event.uid)).toEqual(['a']);
  });

  it('is bounded in characters as well', () => {
    const { add, uids } = open(1000);
    const large = 'x'.repeat(300 * 1024);
    expect(['a', 'b', 'c', 'd'].flatMap((uid) => add(out(uid, Kind.PLI, FAR, large)))).toEqual(['a']);
    expect(uids()).toEqual(['b', 'c', 'd']);
  });

  it('ends every event once, whatever happens', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), kind: fc.constantFrom(Kind.PLI, Kind.CHAT, Kind.EMERGENCY) }),
      fc.record({ do: fc.constant('take' as const) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.nat(400) }),
      fc.record({ do: fc.constant('move' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { outbox } = open(5, 1000);
        const ended: (Outgoing | undefined)[] = [];
        let added = 0;
        let nowMs = 0;
        for (const one of steps) {
          if (one.do === 'add') ended.push(...outbox.add(out(`u${++added}`, one.kind), nowMs).map((each) => each.out));
          if (one.do === 'take') ended.push(outbox.take());
          if (one.do === 'wait') ended.push(...outbox.expire((nowMs += one.ms)).map((each) => each.out));
          if (one.do === 'move') ended.push(...outbox.putBack(outbox.empty()).map((each) => each.out));
          expect(outbox.size).toBeLessThanOrEqual(5);
        }
        const all = [...ended, ...outbox.list()].flatMap((each) => each?.event.uid ?? []);
        expect(new Set(all).size).toBe(all.length);
        expect(all).toHaveLength(added);
      }),
    );
  });
});
