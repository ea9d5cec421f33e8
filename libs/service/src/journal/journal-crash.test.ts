/** Random use, failing disks and crashes, held against a model of what the owner was told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../testing/fake-clock.ts';
import type { JournalEvent } from './journal-writer.ts';
import type { MemoryFs } from './testing/memory-fs.ts';
import { createMemoryFs } from './testing/memory-fs.ts';
import { testJournals } from './testing/open-test-journal.ts';

const openTestJournal = testJournals(() => fakeClock());
const MAX_BYTES = 32_768;
const FOLDER = '/journals/sink';

type Action =
  | { readonly do: 'append'; readonly key: number; readonly length: number; readonly sync: boolean }
  | { readonly do: 'kill'; readonly key: number }
  | { readonly do: 'flush' | 'retry' | 'mend' | 'sequel' }
  | { readonly do: 'fill'; readonly spare: number }
  | { readonly do: 'fail'; readonly operation: 'append' | 'sync' | 'truncate' | 'create' | 'remove' | 'syncFolder' }
  | { readonly do: 'stop'; readonly after: number }
  | { readonly do: 'crash'; readonly keep: 'written' | 'synced' };

const key = fc.nat(30);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      key,
      length: fc.integer({ min: 0, max: 470 }),
      sync: fc.boolean(),
    }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('kill' as const), key }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('flush' as const, 'retry' as const, 'mend' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fill' as const), spare: fc.nat(2000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      operation: fc.constantFrom('append', 'sync', 'truncate', 'create', 'remove', 'syncFolder'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), after: fc.nat(3000) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('crash' as const), keep: fc.constantFrom('written', 'synced') }),
  },
);

interface Told {
  readonly key: string;
  readonly payload: string;
  readonly sync: boolean;
  state: 'waiting' | 'written' | 'synced' | 'refused';
}

/** What the owner knows: every append it made and what it was told of it; and the keys it has killed. */
const createModel = () => {
  const told = new Map<number, Told>();
  const kills = new Map<string, number>();
  return {
    told,
    kills,
    hear: (event: JournalEvent): void => {
      if (event.kind === 'lost') throw new Error('nothing was removed under the journal');
      for (const [seq, one] of told) {
        if (event.kind === 'refused' && seq >= event.from && seq <= event.to) {
          expect(one.state).toBe('waiting');
          one.state = 'refused';
        }
        if (event.kind === 'written' && seq <= event.to && one.state === 'waiting') one.state = 'written';
        if (event.kind === 'synced' && seq <= event.to && one.sync && one.state === 'written') one.state = 'synced';
      }
    },
  };
};
type Model = ReturnType<typeof createModel>;
type Recovered = readonly { readonly key: string; readonly seq: number; readonly payload: Uint8Array }[];

/** Whether a version may be what recovery gives for its key. */
const check = (model: Model, recovered: Recovered, keep: 'written' | 'synced'): void => {
  expect(recovered.map(({ seq }) => seq)).toEqual(recovered.map(({ seq }) => seq).sort((a, b) => a - b));
  const bySeq = new Map(recovered.map((record) => [record.seq, record]));
  for (const { key: name, seq, payload } of recovered) {
    const told = model.told.get(seq);
    expect(told, `${name} was appended`).toMatchObject({ key: name, payload: Buffer.from(payload).toString('hex') });
    expect(told?.state, `${name} ${seq} was not refused`).not.toBe('refused');
  }
  const newer = (name: string, than: number): boolean =>
    [...model.told].some(([seq, one]) => seq > than && one.key === name && one.state !== 'refused');
  for (const [seq, one] of model.told) {
    const promised = one.state === 'synced' || (keep === 'written' && one.state === 'written');
    if (!promised || seq < (model.kills.get(one.key) ?? 0)) continue;
    // A newer version may have replaced it, told or not.
    expect(bySeq.has(seq) || newer(one.key, seq), `${one.key} ${seq} ${one.state} is there`).toBe(true);
  }
};

const settle = async (): Promise<void> => {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
};

const mend = (fs: MemoryFs): void => {
  fs.faults.clear();
  fs.spaceBytes = Number.POSITIVE_INFINITY;
};

/** One life of a journal: until it crashes. @returns the actions that are left. */
const live = async (
  fs: MemoryFs,
  actions: readonly Action[],
  before: Model | undefined,
  keep: 'written' | 'synced',
) => {
  const { journal, clock, events } = await openTestJournal({ fs });
  if (before !== undefined) check(before, journal.recovered, keep);
  const model = createModel();
  for (const { key: name, seq, payload } of journal.recovered) {
    model.told.set(seq, { key: name, payload: Buffer.from(payload).toString('hex'), sync: true, state: 'synced' });
  }
  const hear = (): void => {
    for (const event of events.splice(0)) model.hear(event);
  };
  for (const [index, one] of actions.entries()) {
    hear();
    if (one.do === 'append') {
      const payload = Buffer.alloc(one.length, index);
      const answer = journal.append({ key: `k${one.key}`, payload, sync: one.sync });
      const state = 'waiting' as const;
      if (answer.ok)
        model.told.set(answer.seq, { key: `k${one.key}`, payload: payload.toString('hex'), sync: one.sync, state });
    } else if (one.do === 'kill') {
      journal.kill(`k${one.key}`);
      model.kills.set(`k${one.key}`, Math.max(0, ...model.told.keys()) + 1);
    } else if (one.do === 'fill') fs.spaceBytes = fs.usedBytes + one.spare;
    else if (one.do === 'fail') fs.faults.set(one.operation, 'EIO');
    else if (one.do === 'mend') mend(fs);
    else if (one.do === 'retry') await clock.pass(1000);
    else if (one.do === 'stop') fs.stopAfterBytes = one.after;
    else if (one.do === 'crash') {
      await settle();
      hear();
      fs.crash(one.keep);
      mend(fs);
      return { rest: actions.slice(index + 1), model, keep: one.keep, incarnation: journal.incarnation };
    } else await settle();
    expect(fs.usedBytes).toBeLessThanOrEqual(MAX_BYTES + 2048);
  }
  mend(fs);
  await clock.pass(1000);
  hear();
  await journal.close();
  fs.crash('written');
  return { rest: [], model, keep: 'written' as const, incarnation: journal.incarnation };
};

describe('a journal through crashes', () => {
  it('gives back all it promised, nothing it refused, and stays within its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 120 }), async (actions) => {
        const fs = createMemoryFs();
        let life = await live(fs, actions, undefined, 'written');
        while (life.rest.length > 0) {
          const next = await live(fs, life.rest, life.model, life.keep);
          expect(next.incarnation).toBe(life.incarnation + 1);
          life = next;
        }
        const { journal } = await openTestJournal({ fs });
        check(life.model, journal.recovered, life.keep);
        expect(fs.paths().every((path) => path.startsWith(FOLDER))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
