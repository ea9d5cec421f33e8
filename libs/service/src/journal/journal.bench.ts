/** Appends through the journal against bare appends of the same bytes, on the file system of the temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, bench, describe } from 'vitest';
import { systemClock } from '../clock.ts';
import { openJournal } from './journal.ts';
import { nodeJournalFs } from './node-journal-fs.ts';

const RECORDS = 1000;
const payload = Buffer.alloc(300, 7);
const folder = mkdtempSync(join(tmpdir(), 'journal-bench-'));
const journal = await openJournal({
  folder,
  name: 'bench',
  maxBytes: 64 * 1024 * 1024,
  segmentBytes: 4 * 1024 * 1024,
  fs: nodeJournalFs,
  clock: systemClock,
  nonce: 1n,
  onEvent: () => {},
});
const bare = await open(join(folder, 'bare'), 'a');

afterAll(async () => {
  await journal.close();
  await bare.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What an owner does: append, be told, kill. */
const throughJournal = async (sync: boolean): Promise<void> => {
  for (let i = 0; i < RECORDS; i += 1) journal.append({ key: `k${i}`, payload, sync });
  await journal.flushed();
  for (let i = 0; i < RECORDS; i += 1) journal.kill(`k${i}`);
};
const once = { iterations: 5, time: 1000 };

describe(`${RECORDS} records of 300 bytes at once`, () => {
  bench('journal', () => throughJournal(false), once);
  bench(
    'bare write, one each',
    async () => {
      for (let i = 0; i < RECORDS; i += 1) await bare.write(payload);
    },
    once,
  );
  bench(
    'bare write, one for all',
    async () => {
      await bare.write(Buffer.alloc(RECORDS * payload.length, 7));
    },
    once,
  );
});

describe(`${RECORDS} records of 300 bytes, synced`, () => {
  bench('journal', () => throughJournal(true), once);
  bench(
    'bare write and sync, one for all',
    async () => {
      await bare.write(Buffer.alloc(RECORDS * payload.length, 7));
      await bare.datasync();
    },
    once,
  );
});

describe('one record of 300 bytes, synced', () => {
  bench(
    'journal',
    async () => {
      journal.append({ key: 'one', payload, sync: true });
      await journal.flushed();
    },
    once,
  );
  bench(
    'bare write and sync',
    async () => {
      await bare.write(payload);
      await bare.datasync();
    },
    once,
  );
});
