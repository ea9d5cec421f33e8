import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../testing/fake-clock.ts';
import { useSmallDisk } from '../testing/small-disk.ts';
import type { JournalEvent } from './journal-writer.ts';
import { openJournal } from './journal.ts';
import { nodeJournalFs } from './node-journal-fs.ts';

const { folder, isMounted } = useSmallDisk();

describe(`a journal on a full disk${isMounted ? '' : ' (skipped: a tmpfs cannot be mounted here)'}`, () => {
  it.runIf(isMounted)('refuses what did not fit, and goes on when there is space', async () => {
    const clock = fakeClock();
    const events: JournalEvent[] = [];
    const open = () =>
      openJournal({
        folder,
        name: 'full',
        maxBytes: 1024 * 1024,
        segmentBytes: 128 * 1024,
        fs: nodeJournalFs,
        clock,
        nonce: 1n,
        onEvent: (event) => events.push(event),
      });
    const journal = await open();
    await writeFile(join(folder, 'other'), Buffer.alloc(128 * 1024));
    let refusedFrom = 0;
    for (let i = 1; refusedFrom === 0 && i < 40; i += 1) {
      expect(journal.append({ key: `k${i}`, payload: Buffer.alloc(8000, i) })).toEqual({ ok: true, seq: i });
      await journal.flushed();
      const last = events.at(-1);
      if (last?.kind === 'refused') refusedFrom = last.from;
    }
    expect(refusedFrom).toBeGreaterThan(5);
    expect(journal.append({ key: 'k', payload: new Uint8Array() })).toEqual({ ok: false, reason: 'journal_full' });
    await rm(join(folder, 'other'));
    clock.advance(1000);
    await expect.poll(() => journal.fault, { interval: 1 }).toBeUndefined();
    expect(journal.append({ key: 'after', payload: Buffer.alloc(8000) }).ok).toBe(true);
    await journal.close();
    const again = await open();
    const kept = Array.from({ length: refusedFrom - 1 }, (_, index) => `k${index + 1}`);
    expect(again.recovered.map(({ key }) => key)).toEqual([...kept, 'after']);
    expect(again.damage).toEqual({ tornTails: 0, damaged: 0 });
    await again.close();
  });

  it.runIf(isMounted)('opens, can be read, and is written when there is space', async () => {
    const clock = fakeClock();
    const open = () =>
      openJournal({
        folder,
        name: 'reopened',
        maxBytes: 1024 * 1024,
        segmentBytes: 128 * 1024,
        fs: nodeJournalFs,
        clock,
        nonce: 1n,
        onEvent: () => undefined,
      });
    const first = await open();
    first.append({ key: 'before', payload: Buffer.alloc(100) });
    await first.close();
    const filler = join(folder, 'filler');
    // One file until nothing more fits, as a log does it.
    await expect(writeFile(filler, Buffer.alloc(64 * 1024 * 1024))).rejects.toMatchObject({ code: 'ENOSPC' });
    const second = await open();
    expect(second.recovered.map(({ key }) => key)).toEqual(['before']);
    expect(second.append({ key: 'full', payload: new Uint8Array() })).toEqual({ ok: false, reason: 'journal_full' });
    await rm(filler);
    clock.advance(1000);
    await expect.poll(() => second.fault, { interval: 1 }).toBeUndefined();
    expect(second.append({ key: 'after', payload: Buffer.alloc(100) }).ok).toBe(true);
    await expect(open()).rejects.toMatchObject({ code: 'locked' });
    await second.close();
    const third = await open();
    expect(third.recovered.map(({ key }) => key)).toEqual(['before', 'after']);
    await third.close();
  });
});
