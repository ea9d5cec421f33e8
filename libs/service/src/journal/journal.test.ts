import { describe, expect, it } from 'vitest';
import { fakeClock } from '../testing/fake-clock.ts';
import type { FakeClock } from '../testing/fake-clock.ts';
import { silentLog } from '../testing/silent-log.ts';
import { createMemoryFs } from './testing/memory-fs.ts';
import { testJournals } from './testing/open-test-journal.ts';
import type { TestJournal as Open } from './testing/open-test-journal.ts';

type TestJournal = Open<FakeClock>;
const openWithClock = testJournals(() => fakeClock());
const openTestJournal: typeof openWithClock = (options) => openWithClock({ log: silentLog(), ...options });

const payload = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = ({ journal }: TestJournal): string[] =>
  journal.recovered.map((record) => `${record.key}=${new TextDecoder().decode(record.payload)}`);
const segments = (open: TestJournal): string[] => open.fs.paths().map((path) => path.slice('/journals/sink/'.length));
/** Kills the process and starts it again. */
const reopen = async ({ fs }: TestJournal, keep: 'written' | 'synced' = 'written'): Promise<TestJournal> => {
  fs.crash(keep);
  return openTestJournal({ fs, nonce: 2n });
};
const put = (open: TestJournal, key: string, text: string, sync = false) =>
  open.journal.append({ key, payload: payload(text), sync });

describe('an open journal', () => {
  it('gives back in order what was written before the process was killed', async () => {
    const first = await openTestJournal();
    expect(first.journal.recovered).toEqual([]);
    expect(put(first, 'b', 'one')).toEqual({ ok: true, seq: 1 });
    expect(put(first, 'a', 'two')).toEqual({ ok: true, seq: 2 });
    await first.journal.flushed();
    expect(first.events).toEqual([{ kind: 'written', to: 2 }]);
    const second = await reopen(first);
    expect(texts(second)).toEqual(['b=one', 'a=two']);
    expect(put(second, 'c', 'three')).toEqual({ ok: true, seq: 3 });
  });

  it('says what is on the disk, with one sync for all that waits', async () => {
    const first = await openTestJournal();
    const before = first.fs.calls('sync');
    for (let i = 0; i < 10; i += 1) put(first, `k${i}`, 'x', i === 4);
    await first.journal.flushed();
    expect(first.events).toEqual([
      { kind: 'written', to: 10 },
      { kind: 'synced', to: 10 },
    ]);
    expect(first.fs.calls('sync') - before).toBe(1);
    put(first, 'late', 'x');
    await first.journal.flushed();
    expect(texts(await reopen(first, 'synced'))).toHaveLength(10);
  });

  it('counts its starts and keeps its random bits', async () => {
    const first = await openTestJournal({ nonce: 7n });
    expect(first.journal).toMatchObject({ incarnation: 1, nonce: 7n, isNew: true });
    const second = await reopen(first, 'synced');
    expect(second.journal).toMatchObject({ incarnation: 2, nonce: 7n, isNew: false });
    put(second, 'large', '.'.repeat(400));
    put(second, 'small', 'x');
    await second.journal.flushed();
    second.journal.kill('small');
    await second.journal.flushed();
    for (let start = 3; start < 60; start += 1) {
      first.fs.crash('written');
      const next = await openTestJournal({ fs: first.fs });
      expect(next.journal.recovered.map(({ key }) => key)).toEqual(['large']);
      expect(next.journal.incarnation).toBe(start);
      expect(segments(next).length).toBeLessThanOrEqual(8);
    }
  });

  it('is a new one on a lost volume, also with an old counter', async () => {
    const first = await openTestJournal({ nonce: 7n });
    put(first, 'a', 'x');
    await first.journal.close();
    first.fs.removeFolder('/journals/sink');
    const second = await openTestJournal({ fs: first.fs, nonce: 8n, minIncarnation: 5 });
    expect(second.journal).toMatchObject({ incarnation: 5, nonce: 8n, isNew: true, recovered: [] });
    second.fs.crash('written');
    const third = await openTestJournal({ fs: first.fs, nonce: 9n, minIncarnation: 5 });
    expect(third.journal).toMatchObject({ incarnation: 6, nonce: 8n, isNew: false });
  });

  it('replaces what is under a key and forgets what is killed', async () => {
    const first = await openTestJournal();
    put(first, 'a', 'old');
    put(first, 'b', 'x');
    await first.journal.flushed();
    put(first, 'a', 'new');
    first.journal.kill('b');
    first.journal.kill('never');
    put(first, 'c', 'killed before it is written');
    first.journal.kill('c');
    await first.journal.flushed();
    const second = await reopen(first);
    expect(texts(second)).toEqual(['a=new']);
    second.journal.kill('a');
    put(second, 'a', 'again');
    await second.journal.flushed();
    expect(texts(await reopen(second))).toEqual(['a=again']);
  });

  it('refuses what does not fit, and what comes after the end', async () => {
    const { journal } = await openTestJournal();
    const tooLarge = { ok: false, reason: 'record_too_large' };
    expect(journal.append({ key: 'a', payload: new Uint8Array(512) })).toEqual(tooLarge);
    expect(journal.append({ key: 'ü'.repeat(128), payload: new Uint8Array() })).toEqual(tooLarge);
    expect(journal.append({ key: 'a', className: 'x'.repeat(256), payload: new Uint8Array() })).toEqual(tooLarge);
    await journal.close();
    await journal.close();
    expect(journal.append({ key: 'a', payload: new Uint8Array() })).toEqual({ ok: false, reason: 'closed' });
    await journal.flushed();
  });

  it('writes what waits when it is closed', async () => {
    const first = await openTestJournal();
    put(first, 'a', 'x');
    await first.journal.close();
    expect(texts(await openTestJournal({ fs: first.fs }))).toEqual(['a=x']);
  });

  it('reads around damage and says so', async () => {
    const first = await openTestJournal();
    for (const key of ['a', 'b', 'c']) put(first, key, key);
    await first.journal.flushed();
    first.fs.damage(first.fs.paths()[0] ?? '', (bytes) => {
      const changed = bytes.slice();
      const at = Buffer.from(changed).indexOf('bb');
      changed[at] = 0;
      return Buffer.concat([changed, Buffer.from('c70b75', 'hex')]);
    });
    const second = await reopen(first);
    expect(texts(second)).toEqual(['a=a', 'c=c']);
    expect(second.journal.damage).toEqual({ tornTails: 1, damaged: 1 });
  });

  it('is refused for a name or sizes that cannot be, and while another has it', async () => {
    await expect(openTestJournal({ name: '../up' })).rejects.toMatchObject({ name: 'JournalError', code: 'name' });
    await expect(openTestJournal({ maxBytes: 4096 * 7 })).rejects.toMatchObject({ code: 'options' });
    await expect(openTestJournal({ segmentBytes: 100 })).rejects.toMatchObject({ code: 'options' });
    const first = await openTestJournal();
    await expect(openTestJournal({ fs: first.fs })).rejects.toMatchObject({
      code: 'locked',
      message: '/journals/sink is in use by process 1',
    });
    await first.journal.close();
    expect((await openTestJournal({ fs: first.fs })).journal.incarnation).toBe(2);
    const fs = createMemoryFs();
    fs.faults.set('makeFolder', 'EACCES');
    await expect(openTestJournal({ fs })).rejects.toMatchObject({ code: 'folder_unusable' });
  });
});

describe('the bytes of a journal', () => {
  it('stay under the bound through any churn, with what is alive kept', async () => {
    const open = await openTestJournal();
    put(open, 'forever', 'kept');
    for (let i = 0; i < 3000; i += 1) {
      expect(put(open, `k${i % 20}`, `${i}`.padEnd(300, '.')).ok).toBe(true);
      if (i % 3 === 0) open.journal.kill(`k${(i + 7) % 20}`);
      if (i % 5 === 0) await open.journal.flushed();
      expect(open.fs.usedBytes).toBeLessThanOrEqual(32_768);
    }
    await open.journal.flushed();
    expect(open.events.filter(({ kind }) => kind !== 'written')).toEqual([]);
    const before = open.journal.liveBytes;
    const second = await reopen(open);
    expect(texts(second)[0]).toBe('forever=kept');
    expect(second.journal.liveBytes).toBe(before);
  });

  it('are never won at the cost of what was synced', async () => {
    for (const rounds of [10, 20, 40, 80]) {
      const open = await openTestJournal();
      put(open, 'forever', 'kept', true);
      for (let i = 0; i < rounds; i += 1) {
        put(open, 'churn', '.'.repeat(400));
        await open.journal.flushed();
      }
      expect(open.fs.paths().length).toBeLessThan(4);
      expect(texts(await reopen(open, 'synced'))[0]).toBe('forever=kept');
    }
  });

  it('hold half alive; then appends are refused until something is killed', async () => {
    const open = await openTestJournal();
    let count = 0;
    while (put(open, `k${count}`, '.'.repeat(400)).ok) count += 1;
    await open.journal.flushed();
    expect(open.journal.liveBytes).toBeGreaterThan(15_800);
    expect(put(open, 'more', '.'.repeat(400))).toEqual({ ok: false, reason: 'journal_full' });
    expect(put(open, 'k0', '+'.repeat(400)).ok).toBe(true);
    await open.journal.flushed();
    open.journal.kill('k1');
    expect(put(open, 'more', '.'.repeat(400)).ok).toBe(true);
    await open.journal.flushed();
    expect(texts(await reopen(open))).toHaveLength(count);
  });

  it('are free for others when everything is dead', async () => {
    const open = await openTestJournal();
    for (let i = 0; i < 35; i += 1) put(open, `k${i}`, '.'.repeat(400));
    await open.journal.flushed();
    expect(segments(open)).toHaveLength(4);
    for (let i = 0; i < 35; i += 1) open.journal.kill(`k${i}`);
    await open.journal.flushed();
    expect(segments(open)).toHaveLength(1);
    expect(texts(await reopen(open))).toEqual([]);
  });

  it('are bounded for each class, and no class takes from another', async () => {
    const open = await openTestJournal({ classBytes: (name) => (name === 'small' ? 600 : 5000) });
    const append = (key: string, className: string) =>
      open.journal.append({ key, className, payload: new Uint8Array(200) });
    expect(append('a', 'small').ok).toBe(true);
    expect(append('b', 'small').ok).toBe(true);
    expect(append('c', 'small')).toEqual({ ok: false, reason: 'class_full' });
    expect(append('c', 'other').ok).toBe(true);
    expect(append('a', 'small').ok).toBe(true);
    await open.journal.flushed();
    open.fs.crash('written');
    const second = await openTestJournal({ fs: open.fs, classBytes: () => 600 });
    const again = { key: 'd', className: 'small', payload: new Uint8Array(200) };
    expect(second.journal.append(again)).toEqual({ ok: false, reason: 'class_full' });
    second.journal.kill('a');
    expect(second.journal.append(again).ok).toBe(true);
  });

  it('go to the newest when the oldest may be forgotten', async () => {
    const open = await openTestJournal({ whenFull: 'forget_oldest' });
    for (let i = 0; i < 500; i += 1) {
      expect(put(open, '', `${i}`.padEnd(200, '.')).ok).toBe(true);
      if (i % 10 === 0) await open.journal.flushed();
    }
    await open.journal.flushed();
    expect(open.journal.liveBytes).toBe(0);
    expect(open.fs.usedBytes).toBeLessThanOrEqual(32_768);
    open.fs.crash('written');
    const second = await openTestJournal({ fs: open.fs, whenFull: 'forget_oldest' });
    const numbers = second.journal.recovered.map((record) => Number(Buffer.from(record.payload.subarray(0, 3))));
    expect(numbers.at(-1)).toBe(499);
    expect(numbers.length).toBeGreaterThan(80);
    expect(numbers).toEqual(numbers.map((_, index) => 500 - numbers.length + index));
  });
});

describe('a disk that fails', () => {
  it('full: refuses what did not fit, keeps no piece of it, and goes on when there is space', async () => {
    const open = await openTestJournal();
    put(open, 'a', 'x');
    await open.journal.flushed();
    open.fs.spaceBytes = open.fs.usedBytes + 20;
    put(open, 'b', 'x');
    put(open, 'c', 'x');
    await open.journal.flushed();
    expect(open.events.at(-1)).toEqual({ kind: 'refused', from: 2, to: 3, reason: 'journal_full' });
    expect(put(open, 'd', 'x')).toEqual({ ok: false, reason: 'journal_full' });
    await open.clock.pass(5000);
    expect(open.journal.fault).toBe('journal_full');
    open.fs.spaceBytes = 1_000_000;
    await open.clock.pass(1000);
    expect(open.journal.fault).toBeUndefined();
    expect(put(open, 'e', 'x').ok).toBe(true);
    await open.journal.flushed();
    const second = await reopen(open);
    expect(texts(second)).toEqual(['a=x', 'e=x']);
    expect(second.journal.damage).toEqual({ tornTails: 0, damaged: 0 });
  });

  it('keeps the older version when its successor is refused', async () => {
    const open = await openTestJournal();
    put(open, 'a', 'old');
    await open.journal.flushed();
    open.fs.faults.set('append', 'EIO');
    put(open, 'a', 'new');
    put(open, 'a', 'newer');
    await open.journal.flushed();
    expect(open.events.at(-1)).toEqual({ kind: 'refused', from: 2, to: 3, reason: 'journal_broken' });
    open.fs.faults.clear();
    await open.clock.pass(1000);
    open.journal.kill('a');
    await open.journal.flushed();
    expect(open.journal.liveBytes).toBe(0);
    expect(texts(await reopen(open))).toEqual([]);
  });

  it('a failed sync is made good in a new segment before it is told', async () => {
    const open = await openTestJournal();
    open.fs.faults.set('sync', 'EIO');
    put(open, 'a', 'x', true);
    let isFlushed = false;
    const flushed = open.journal.flushed().then(() => (isFlushed = true));
    await open.clock.pass(3000);
    expect(open.events).toEqual([{ kind: 'written', to: 1 }]);
    expect(isFlushed).toBe(false);
    expect(segments(open)).toHaveLength(1);
    open.fs.faults.clear();
    await open.clock.pass(1000);
    await flushed;
    expect(open.events.at(-1)).toEqual({ kind: 'synced', to: 1 });
    expect(texts(await reopen(open, 'synced'))).toEqual(['a=x']);
  });

  it('a write that cannot be taken back is neither told nor refused until it is made good', async () => {
    const open = await openTestJournal();
    open.fs.faults.set('append', 'EIO').set('truncate', 'EIO');
    put(open, 'a', 'x');
    await open.clock.pass(2000);
    expect(open.events).toEqual([]);
    expect(open.journal.fault).toBe('journal_broken');
    open.fs.faults.clear();
    await open.clock.pass(1000);
    expect(open.events).toEqual([{ kind: 'written', to: 1 }]);
    expect(texts(await reopen(open))).toEqual(['a=x']);
  });

  it('deaths are remembered until they can be written', async () => {
    const open = await openTestJournal();
    put(open, 'a', 'x');
    put(open, 'b', 'x');
    await open.journal.flushed();
    open.fs.faults.set('append', 'ENOSPC');
    open.journal.kill('a');
    await open.journal.flushed();
    expect(open.journal.fault).toBe('journal_full');
    open.fs.faults.clear();
    await open.clock.pass(1000);
    await open.journal.flushed();
    expect(texts(await reopen(open))).toEqual(['b=x']);
  });

  it('a folder that vanishes is made again, and the owner is told what is gone', async () => {
    const open = await openTestJournal();
    put(open, 'a', 'x');
    put(open, 'b', 'x');
    await open.journal.flushed();
    open.fs.removeFolder('/journals/sink');
    put(open, 'c', 'x');
    await open.journal.flushed();
    expect(open.events.at(-1)).toEqual({ kind: 'refused', from: 3, to: 3, reason: 'journal_broken' });
    await open.clock.pass(1000);
    expect(open.events.at(-1)).toEqual({ kind: 'lost', keys: ['a', 'b'] });
    put(open, 'a', 'again');
    await open.journal.flushed();
    const second = await reopen(open);
    expect(texts(second)).toEqual(['a=again']);
    expect(second.journal).toMatchObject({ incarnation: 2, nonce: 1n });
  });

  it('opens at fault when it can be read but not written, and gives no number away twice', async () => {
    const first = await openTestJournal();
    put(first, 'a', 'x');
    await first.journal.flushed();
    first.fs.crash('written');
    first.fs.faults.set('create', 'EROFS');
    const second = await openTestJournal({ fs: first.fs });
    expect(texts(second)).toEqual(['a=x']);
    expect(put(second, 'b', 'x')).toEqual({ ok: false, reason: 'journal_broken' });
    first.fs.faults.clear();
    await second.clock.pass(1000);
    expect(put(second, 'b', 'x')).toEqual({ ok: true, seq: 2 });
    await second.journal.flushed();
    expect((await reopen(second)).journal.incarnation).toBe(3);
  });

  it('a listener that throws stops nothing', async () => {
    const open = await openTestJournal();
    open.events.push = () => {
      throw new RangeError('planted');
    };
    put(open, 'a', 'x');
    await open.journal.flushed();
    expect(texts(await reopen(open))).toEqual(['a=x']);
  });

  it('leaves no timer and no promise behind when it is closed at fault', async () => {
    const open = await openTestJournal();
    open.fs.faults.set('sync', 'EIO');
    put(open, 'a', 'x', true);
    await open.clock.pass(0);
    const flushed = open.journal.flushed();
    await open.journal.close();
    await flushed;
    expect(open.clock.pending).toBe(0);
  });
});
