/** The files of a recording: gzip members, each with whole lines, in at most so many files of at most so many bytes. */
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '../clock.ts';
import { writeFault } from '../journal/journal-fs.ts';
import type { JournalFile, JournalFs } from '../journal/journal-fs.ts';
import { headerLine } from './entry.ts';

const compress = promisify(gzip);

/** What is kept is this many files at most. */
const FILES = 16;
/** Files of one millisecond. */
const MAX_COPIES = 99;

export const RECORDING_FILE = /^cotbus-\d{8}T\d{9}Z(?:-\d{1,2})?\.jsonl\.gz$/;

export interface RecordingFilesOptions {
  readonly folder: string;
  /** Of all files together. */
  readonly maxBytes: number;
  readonly fs: JournalFs;
  readonly clock: Clock;
  /** Who writes, for the header. */
  readonly by: string;
}

export interface RecordingFiles {
  /**
   * Appends a member; a full disk is first given back what is oldest of ours. One at a time.
   * @throws the system's error; then nothing of it is in the file.
   */
  append(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export const createRecordingFiles = ({ folder, maxBytes, fs, clock, by }: RecordingFilesOptions): RecordingFiles => {
  const maxFileBytes = Math.ceil(maxBytes / FILES);
  let open: { readonly file: JournalFile; length: number } | undefined;

  /** @returns whether there were more */
  const keepNewest = async (count: number): Promise<boolean> => {
    const names = (await fs.list(folder)).filter((name) => RECORDING_FILE.test(name)).toSorted();
    const old = names.slice(0, Math.max(0, names.length - count));
    for (const name of old) await fs.remove(join(folder, name));
    return old.length > 0;
  };
  const create = async (): Promise<JournalFile> => {
    await keepNewest(FILES - 1);
    const stamp = new Date(clock.now()).toISOString().replaceAll(/[-:.]/g, '');
    for (let copy = 0; ; copy += 1) {
      try {
        return await fs.create(join(folder, `cotbus-${stamp}${copy === 0 ? '' : `-${copy}`}.jsonl.gz`));
      } catch (error) {
        const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
        if (!isThere || copy === MAX_COPIES) throw error;
      }
    }
  };
  const close = async (): Promise<void> => {
    const ended = open;
    open = undefined;
    await ended?.file.close().catch(() => undefined);
  };
  const appendOnce = async (lines: readonly string[]): Promise<void> => {
    open ??= { file: await create(), length: 0 };
    const { file, length } = open;
    const whole = length === 0 ? [headerLine(clock.now(), by), ...lines] : lines;
    const bytes = await compress(`${whole.join('\n')}\n`);
    try {
      await file.append(bytes);
    } catch (error) {
      // Half a member in the middle would hide what follows.
      await file.truncate(length).catch(() => undefined);
      await close();
      throw error;
    }
    open.length += bytes.length;
    if (open.length >= maxFileBytes) await close();
  };

  return {
    append: async (lines) => {
      try {
        await appendOnce(lines);
      } catch (error) {
        if (writeFault(error) !== 'journal_full' || !(await keepNewest(FILES / 2))) throw error;
        await appendOnce(lines);
      }
    },
    close,
  };
};
