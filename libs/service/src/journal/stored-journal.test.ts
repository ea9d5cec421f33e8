import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { openJournal } from './journal.ts';
import { nodeJournalFs } from './node-journal-fs.ts';
import { readStoredJournal, rewriteStoredJournal } from './stored-journal.ts';

const limits = { maxBytes: 64 * 4096, segmentBytes: 4096 };
const text = (payload: Uint8Array): string => Buffer.from(payload).toString();

describe('a journal as it lies in the folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cotbus-stored-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const stored = () => ({ folder, name: 'j', fs: nodeJournalFs });
  const open = (whenFull: 'refuse' | 'forget_oldest' = 'refuse') =>
    openJournal({ ...stored(), ...limits, clock: systemClock, nonce: 5n, whenFull, onEvent: () => {} });
  const fill = async (whenFull: 'refuse' | 'forget_oldest', count: number): Promise<void> => {
    const journal = await open(whenFull);
    for (let n = 0; n < count; n += 1) {
      journal.append({ key: `k${n}`, className: 'c', payload: Buffer.from(`secret-${n} ${'x'.repeat(200)}`) });
    }
    await journal.flushed();
    await journal.close();
  };
  const bytes = (): string =>
    readdirSync(join(folder, 'j'))
      .map((file) => readFileSync(join(folder, 'j', file), 'latin1'))
      .join('');

  it.each(['refuse', 'forget_oldest'] as const)('is rewritten, and what went is nowhere: %s', async (whenFull) => {
    await fill(whenFull, 60);
    await rewriteStoredJournal(
      { ...stored(), clock: systemClock, segmentBytes: limits.segmentBytes },
      ({ payload }) => {
        const number = Number(/secret-(\d+)/.exec(text(payload))?.[1]);
        if (number % 3 === 0) return undefined;
        return number % 3 === 1 ? payload : Buffer.from(`hidden-${number}`);
      },
    );
    expect(bytes()).not.toMatch(/secret-(?:0|3|57|2|59)\b/);
    expect(bytes()).toContain('secret-58');
    const again = await open(whenFull);
    expect(again.recovered.map(({ payload }) => text(payload).split(' ')[0])).toEqual(
      Array.from({ length: 60 }, (_, n) => n)
        .filter((n) => n % 3 !== 0)
        .map((n) => (n % 3 === 1 ? `secret-${n}` : `hidden-${n}`)),
    );
    // Who it is does not change: items are numbered on.
    expect([again.nonce, again.incarnation]).toEqual([5n, 3]);
    expect(again.recovered.every(({ className }) => className === 'c')).toBe(true);
    await again.close();
  });

  it('is read while somebody has it open, and not rewritten', async () => {
    await fill('refuse', 3);
    const journal = await open();
    expect((await readStoredJournal(stored())).map(({ key }) => key)).toEqual(['k0', 'k1', 'k2']);
    await expect(
      rewriteStoredJournal({ ...stored(), clock: systemClock, segmentBytes: 4096 }, () => undefined),
    ).rejects.toMatchObject({ code: 'locked' });
    await journal.close();
  });

  it('may become empty', async () => {
    await fill('refuse', 5);
    await rewriteStoredJournal({ ...stored(), clock: systemClock, segmentBytes: 4096 }, () => undefined);
    expect(await readStoredJournal(stored())).toEqual([]);
    expect(bytes()).not.toContain('secret');
  });
});
