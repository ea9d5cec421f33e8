import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecords, createRevisions } from './records.ts';

interface Thing {
  readonly key: string;
  readonly value: number;
}

describe('records', () => {
  it('count a change only where something is different', () => {
    const revisions = createRevisions();
    const records = createRecords<Thing>(revisions, 10);
    records.set('a', { key: 'a', value: 1 });
    expect(revisions.current).toBe(1);
    records.set('a', { key: 'a', value: 1 });
    expect(records.delete('b')).toBe(false);
    expect(revisions.current).toBe(1);
  });

  it('forget the oldest beyond their limit, and say so', () => {
    const records = createRecords<Thing>(createRevisions(), 2);
    for (const key of ['a', 'b', 'c']) records.set(key, { key, value: 0 });
    expect(records.since(0)).toEqual({
      put: [
        { key: 'b', value: 0 },
        { key: 'c', value: 0 },
      ],
      gone: ['a'],
    });
  });

  it('tell everything anew to whom they cannot tell what is gone', () => {
    const records = createRecords<Thing>(createRevisions(), 1);
    for (let index = 0; index < 5000; index += 1) records.set(`${index}`, { key: `${index}`, value: index });
    expect(records.since(1)).toBeUndefined();
    expect(records.since(9990)?.gone.length).toBeGreaterThan(0);
  });

  it('bring a page that follows them, however seldom, to what they hold', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      value: fc.integer({ min: 0, max: 2 }),
      isGone: fc.boolean(),
      isTold: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const revisions = createRevisions();
        const records = createRecords<Thing>(revisions, 4);
        const page = new Map<string, Thing>();
        let seen = 0;
        const tell = (): void => {
          const changes = records.since(seen);
          for (const key of changes?.gone ?? []) page.delete(key);
          for (const thing of changes?.put ?? []) page.set(thing.key, thing);
          seen = revisions.current;
        };
        for (const { key, value, isGone, isTold } of steps) {
          if (isGone) records.delete(key);
          else records.set(key, { key, value });
          if (isTold) tell();
        }
        tell();
        const byKey = (a: Thing, b: Thing): number => (a.key < b.key ? -1 : 1);
        expect([...page.values()].toSorted(byKey)).toEqual([...records.values()].toSorted(byKey));
      }),
    );
  });
});
