/** The journals of a data folder as they lie there: read by people who want to know what is kept, rewritten when it shall go. */
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { openJournal } from './journal.ts';
import { JournalError } from './journal-error.ts';
import type { JournalFs } from './journal-fs.ts';
import { recoverEntries } from './recover-entries.ts';
import { MAX_SEGMENT_BYTES } from './segment-files.ts';

const SEGMENT = /^\d{10}\.segment$/;
/** Room for all records twice, while the old ones are still there. */
const REWRITE_BYTES = 1024 * 1024 * 1024;

export interface StoredRecord {
  readonly key: string;
  readonly className: string;
  readonly payload: Uint8Array;
}

export interface StoredJournal {
  readonly folder: string;
  readonly name: string;
  readonly fs: JournalFs;
}

const segmentNames = async ({ folder, name, fs }: StoredJournal): Promise<readonly string[]> =>
  (await fs.list(join(folder, name))).filter((file) => SEGMENT.test(file)).toSorted();

const readSegments = async (journal: StoredJournal, names: readonly string[]): Promise<readonly StoredRecord[]> => {
  const segments: { number: number; bytes: Uint8Array }[] = [];
  for (const file of names) {
    const bytes = await journal.fs.read(join(journal.folder, journal.name, file), MAX_SEGMENT_BYTES);
    segments.push({ number: Number.parseInt(file, 10), bytes });
  }
  return recoverEntries(segments).live.map(({ entry }) => entry);
};

/** What is alive in it, oldest first. Changes nothing, and needs nobody to stop: what is just being written may be missing. */
export const readStoredJournal = async (journal: StoredJournal): Promise<readonly StoredRecord[]> =>
  readSegments(journal, await segmentNames(journal));

/**
 * Writes what shall stay into new files and removes the old ones: what went is nowhere on the disk any more. After a crash in
 * between it is as it was, or done.
 * @param segmentBytes of whoever opens it
 * @param change what becomes of a record's payload; undefined: it goes
 * @throws JournalError `locked` while a process has it open
 */
export const rewriteStoredJournal = async (
  journal: StoredJournal & { readonly clock: Clock; readonly segmentBytes: number },
  change: (record: StoredRecord) => Uint8Array | undefined,
): Promise<void> => {
  const { folder, name, fs, clock, segmentBytes } = journal;
  const before = await segmentNames(journal);
  const open = await openJournal({
    folder,
    name,
    fs,
    clock,
    segmentBytes,
    maxBytes: REWRITE_BYTES,
    nonce: 0n,
    onEvent: () => {},
  });
  let kept = 0;
  try {
    for (const record of open.recovered) {
      const payload = change(record);
      if (payload === undefined) {
        open.kill(record.key);
        continue;
      }
      const answer = open.append({ key: record.key, className: record.className, payload, sync: true });
      if (!answer.ok) throw new JournalError('folder_unusable', `${name} cannot be rewritten: ${answer.reason}`);
      kept += 1;
    }
    await open.flushed();
  } finally {
    await open.close();
  }
  const after = (await segmentNames(journal)).filter((file) => !before.includes(file));
  const written = await readSegments(journal, after);
  // The old files go only when all that stays is in the new ones.
  if (written.length !== kept) throw new JournalError('folder_unusable', `${name} could not be rewritten whole`);
  for (const file of before) await fs.remove(join(folder, name, file));
  await fs.syncFolder(join(folder, name));
};
