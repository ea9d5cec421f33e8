import { describe, expect, it } from 'vitest';
import { openCustodyJournal } from './custody-journal.ts';
import { fakeClock } from './testing/fake-clock.ts';
import { memoryJournals } from './testing/memory-journals.ts';
import { silentLog } from './testing/silent-log.ts';

interface Note {
  readonly text: string;
}

const open = async (journals = memoryJournals(), snapshot: () => Note[] = () => [], told?: () => Promise<void>) => {
  const journaled: number[] = [];
  const refused: number[] = [];
  const journal = await openCustodyJournal<Note>({
    folder: journals.folder,
    fs: journals.fs,
    name: 'notes',
    nonce: 1n,
    clock: fakeClock(),
    log: silentLog(),
    onJournaled: (upTo) => journaled.push(upTo),
    onRefused: (number) => refused.push(number),
    snapshot,
    told,
  });
  return { journal, journals, journaled, refused };
};
const texts = (journal: { readonly recovered: readonly Note[] }) => journal.recovered.map(({ text }) => text);

describe('the journal of a custody machine', () => {
  it('gives the records back in order and says up to where they are safe', async () => {
    const { journal, journals, journaled } = await open();
    for (const number of [1, 2, 3]) journal.append(number, { text: `n${number}` }, number === 2);
    await journal.close();
    expect(journaled.at(-1)).toBe(3);
    expect(texts((await open(journals)).journal)).toEqual(['n1', 'n2', 'n3']);
  });

  it('is no longer than its newest snapshot and what came behind it', async () => {
    let written = 0;
    const { journal, journals } = await open(undefined, () => [{ text: `all up to ${written}` }]);
    for (written = 1; written < 20_000; written += 1) journal.append(written, { text: `n${written}` }, false);
    // The last two come while the journal has its hands full; the snapshot is due between them.
    journal.append(20_000, { text: 'n20000' }, false);
    journal.append(20_001, { text: 'n20001' }, false);
    await journal.flushed();
    await journal.close();
    expect(texts((await open(journals)).journal)).toEqual(['all up to 20000', 'n20001']);
  });

  it('waits with a snapshot until what was told of the ended is on record', async () => {
    let tell = (): void => {};
    const told = new Promise<void>((resolve) => (tell = resolve));
    const journals = memoryJournals();
    const { journal } = await open(
      journals,
      () => [{ text: 'snapshot' }],
      () => told,
    );
    for (let number = 1; number <= 20_000; number += 1) journal.append(number, { text: `n${number}` }, false);
    journal.append(20_001, { text: 'behind' }, false);
    const before = journals.fs.usedBytes;
    tell();
    await journal.flushed();
    expect(journals.fs.usedBytes).toBeGreaterThan(before);
    await journal.close();
    expect(texts((await open(journals)).journal)).toEqual(['snapshot', 'behind']);
  });

  it('takes a snapshot of all that waits, however much that is', async () => {
    const journals = memoryJournals();
    const many = Array.from({ length: 150_000 }, (_, at) => ({ text: `item ${at}` }));
    const { journal } = await open(journals, () => many);
    for (let number = 1; number <= 20_000; number += 1) journal.append(number, { text: `n${number}` }, false);
    await journal.flushed();
    await journal.close();
    expect(texts((await open(journals)).journal)).toEqual(many.map(({ text }) => text));
  });

  it('keeps what a snapshot would have replaced when there is no room for it', async () => {
    const journals = memoryJournals();
    const { journal } = await open(journals, () => [{ text: 'x'.repeat(10_000) }]);
    for (let number = 1; number < 20_000; number += 1) journal.append(number, { text: `n${number}` }, false);
    await journal.flushed();
    journals.fs.spaceBytes = journals.fs.usedBytes + 500;
    journal.append(20_000, { text: 'n20000' }, false);
    await journal.flushed();
    journals.fs.spaceBytes = Number.POSITIVE_INFINITY;
    await journal.close();
    expect(texts((await open(journals)).journal)).toEqual(Array.from({ length: 20_000 }, (_, at) => `n${at + 1}`));
  });

  it('refuses, and keeps what was safe, when there is no room', async () => {
    const journals = memoryJournals();
    const { journal, refused, journaled } = await open(journals);
    journal.append(1, { text: 'first' }, false);
    await journal.flushed();
    journals.fs.spaceBytes = 0;
    journal.append(2, { text: 'second' }, false);
    await journal.flushed();
    journals.fs.spaceBytes = Number.POSITIVE_INFINITY;
    await journal.close();
    expect([journaled.at(-1), refused]).toEqual([1, [2]]);
    expect(texts((await open(journals)).journal)).toEqual(['first']);
  });

  it('says in words that another process has it', async () => {
    const { journals } = await open();
    await expect(open(journals)).rejects.toMatchObject({ code: 'journal_unusable' });
  });
});
