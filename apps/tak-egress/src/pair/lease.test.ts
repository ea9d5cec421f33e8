import { describe, expect, it } from 'vitest';
import type { LeaseInput, LeaseOutput } from './lease-ports.ts';
import { createLease } from './lease.ts';
import type { PairWord, Standing } from './words.ts';

const LEASE_MS = 1000;

type Timeless<T> = T extends unknown ? Omit<T, 'nowMs'> : never;

/** Instance a with a broker that brings its words back at once, and what it did. */
const start = (kept: Standing | undefined, options: { takesOverBehind?: boolean; echoes?: boolean } = {}) => {
  const { echoes = true, takesOverBehind = false } = options;
  let copies = 0n;
  let nowMs = 0;
  const newCopy = (): bigint => (copies += 1n);
  const lease = createLease({ instance: 'a', leaseMs: LEASE_MS, life: 5n, newCopy, takesOverBehind }, kept, 0);
  const did: string[] = [];
  const said: PairWord[] = [];
  const feed = (input: Timeless<LeaseInput>): void => lease.handle({ ...input, nowMs }).forEach(act);
  const act = (output: LeaseOutput): void => {
    if (output.kind === 'say') {
      said.push(output.word);
      if (echoes) feed({ kind: 'word', word: output.word });
    } else if (output.kind === 'keep') {
      did.push(`keep ${output.standing.isAlone ? 'alone' : ''}${output.standing.isWhole ? 'whole' : ''}`);
      feed({ kind: 'kept', number: output.number });
    } else did.push(output.kind === 'shut' ? `shut ${output.fenced ? 'fenced' : 'in order'}` : output.kind);
  };
  const word = (about: Partial<PairWord>): void =>
    feed({
      kind: 'word',
      word: { instance: 'b', role: 'standby', epoch: 0, isAlone: false, copy: 0n, beat: 1, life: 9n, ...about },
    });
  const pass = (ms: number): void => {
    for (const end = nowMs + ms; nowMs < end; nowMs += 50) feed({ kind: 'tick' });
  };
  feed({ kind: 'connected' });
  return {
    lease,
    did,
    said,
    feed,
    word,
    pass,
    sleep: (ms: number): void => {
      nowMs += ms;
    },
    holds: () => lease.holds(nowMs),
  };
};

const WHOLE: Standing = { epoch: 4, isAlone: false, isWhole: true };
const ALONE: Standing = { epoch: 4, isAlone: true, isWhole: true };
const BEHIND: Standing = { epoch: 4, isAlone: false, isWhole: false };

describe('an instance of a pair', () => {
  it.each<[string, Standing | undefined, Partial<PairWord> | undefined, boolean]>([
    ['that is new, where nobody is', undefined, undefined, true],
    ['that is new, where the other one is new', undefined, {}, true],
    ['that is new, where the other one has items of its own', undefined, { isAlone: true }, false],
    ['that is new, where the other one was part of it', undefined, { epoch: 3 }, false],
    ['that has all', WHOLE, { epoch: 4 }, true],
    ['that has all, where the active one is silent', WHOLE, { role: 'active', epoch: 4 }, true],
    ['that had all before the other one went on alone', WHOLE, { role: 'active', epoch: 4, isAlone: true }, false],
    ['that is behind', BEHIND, { epoch: 4 }, false],
    ['that worked alone', ALONE, { epoch: 4 }, true],
    ['that worked alone before the other one did', ALONE, { epoch: 6, isAlone: true }, false],
    ['with items of its own, where the other one was part of a pair', { ...ALONE, epoch: 0 }, { epoch: 2 }, false],
  ])('%s begins: %j', (_, kept, other, begins) => {
    const { did, word, pass, holds } = start(kept);
    if (other !== undefined) word(other);
    pass(10 * LEASE_MS);
    expect(did.includes('open')).toBe(begins);
    expect(holds()).toBe(begins);
  });

  it('keeps that it is alone before it opens anything', () => {
    const { did, pass } = start(WHOLE);
    pass(3 * LEASE_MS);
    expect(did.slice(0, 3)).toEqual(['keep alonewhole', 'open', 'alone']);
  });

  it('does not begin while the active one is heard, nor right after it was asleep or cut off itself', () => {
    const { did, feed, word, pass, sleep } = start(WHOLE);
    for (let beat = 0; beat < 20; beat += 1) {
      word({ role: 'active', epoch: 4, beat });
      pass(LEASE_MS / 2);
    }
    sleep(60 * LEASE_MS);
    pass(LEASE_MS);
    feed({ kind: 'disconnected' });
    pass(60 * LEASE_MS);
    feed({ kind: 'connected' });
    pass(LEASE_MS);
    expect(did).not.toContain('open');
    pass(LEASE_MS);
    expect(did).toContain('open');
  });

  it('closes when its words do not come back, and holds nothing from that moment on', () => {
    const { did, feed, pass, sleep, holds } = start(undefined);
    pass(4 * LEASE_MS);
    expect(holds()).toBe(true);
    feed({ kind: 'disconnected' });
    sleep(LEASE_MS);
    expect(holds()).toBe(false);
    pass(50);
    expect(did.at(-1)).toBe('shut fenced');
  });

  it('closes for a later claim, and says that it is standby only when it has', () => {
    const { did, said, feed, word, pass, holds } = start(undefined);
    pass(4 * LEASE_MS);
    word({ role: 'claim', epoch: 2 });
    expect(did.at(-1)).toBe('shut fenced');
    expect(holds()).toBe(false);
    const before = said.length;
    pass(LEASE_MS);
    expect(said).toHaveLength(before);
    feed({ kind: 'closed' });
    expect(said.at(-1)).toMatchObject({ role: 'standby' });
  });

  it('yields to a claim of the same epoch that was first, and wins against one that comes later', () => {
    const first = start(WHOLE, { echoes: false });
    first.pass(1.6 * LEASE_MS);
    expect(first.said.at(-1)).toMatchObject({ role: 'claim', epoch: 5 });
    first.word({ role: 'claim', epoch: 5 });
    expect(first.said.at(-1)).toMatchObject({ role: 'standby' });
    const later = start(WHOLE);
    later.pass(1.6 * LEASE_MS);
    later.word({ role: 'claim', epoch: 5 });
    later.pass(LEASE_MS);
    expect(later.holds()).toBe(true);
  });

  it('never claims an epoch twice', () => {
    const { said, word, pass } = start(WHOLE, { echoes: false });
    for (let tries = 0; tries < 3; tries += 1) {
      pass(3 * LEASE_MS);
      word({ role: 'claim', epoch: said.at(-1)?.epoch ?? 0 });
      pass(LEASE_MS / 10);
    }
    const claimed = said.filter(({ role }) => role === 'claim').map(({ epoch }) => epoch);
    const claims = claimed.filter((epoch, at) => epoch !== claimed[at - 1]);
    expect(new Set(claims).size).toBe(claims.length);
  });

  it('lets a standby follow a copy, and tells it when it has all; goes on alone when that one is gone', () => {
    const { did, said, feed, word, pass, lease } = start(undefined);
    pass(4 * LEASE_MS);
    did.splice(0);
    word({ copy: 77n });
    expect(did).toEqual(['alone', 'copy']);
    feed({ kind: 'copied', copy: 77n });
    expect(did.slice(2)).toEqual(['keep whole']);
    expect(said.at(-1)).toMatchObject({ role: 'active', isAlone: false, copy: 77n });
    expect(lease.isPaired).toBe(true);
    pass(1.5 * LEASE_MS);
    expect(did.slice(3)).toEqual(['keep alonewhole', 'alone']);
    expect(said.at(-1)).toMatchObject({ role: 'active', isAlone: true, copy: 0n });
  });

  it('is whole as a standby when it is told so of the copy it wants, and of no other', () => {
    const { did, said, word } = start(BEHIND);
    const wanted = said.at(-1)?.copy ?? 0n;
    word({ role: 'active', epoch: 6, copy: wanted + 1n });
    word({ role: 'active', epoch: 6, copy: wanted, isAlone: true });
    expect(did).toEqual([]);
    word({ role: 'active', epoch: 6, copy: wanted });
    expect(did).toEqual(['keep whole']);
    word({ role: 'active', epoch: 6, isAlone: true });
    expect(did).toEqual(['keep whole', 'keep ']);
    expect(said.at(-1)?.copy).not.toBe(wanted);
  });

  it('touches nothing when the other one took over without what it has, and says so', () => {
    const { did, said, word, pass, lease } = start(ALONE);
    word({ role: 'active', epoch: 6, isAlone: true });
    pass(LEASE_MS);
    expect(lease.isDiverged).toBe(true);
    expect(said.at(-1)).toMatchObject({ role: 'standby', copy: 0n });
    expect(did).toEqual([]);
  });

  it('takes over behind only where it was told to, and after a long silence', () => {
    const { did, word, pass } = start(BEHIND, { takesOverBehind: true });
    word({ role: 'standby', epoch: 4, isAlone: true });
    pass(2 * LEASE_MS);
    expect(did).not.toContain('open');
    pass(4 * LEASE_MS);
    expect(did).toContain('open');
  });

  it('closes in order when it is stopped, holding its lease meanwhile', () => {
    const { did, said, feed, pass, holds } = start(undefined);
    pass(4 * LEASE_MS);
    feed({ kind: 'leave' });
    expect(did.at(-1)).toBe('shut in order');
    pass(LEASE_MS / 2);
    expect(holds()).toBe(true);
    feed({ kind: 'closed' });
    expect(said.at(-1)).toMatchObject({ role: 'standby' });
    const before = said.length;
    pass(10 * LEASE_MS);
    expect(said).toHaveLength(before);
  });
});
