/** Writes a recording: entries gather for a second and are then appended, so that whoever puts one never waits. */
import type { Count } from '../subscriptions.ts';
import { createRecordingFiles } from './recording-files.ts';
import type { RecordingFilesOptions } from './recording-files.ts';

/** What may be lost by a crash; a disk that fails is tried again after it. */
const FLUSH_MS = 1_000;
/** Lines gathered for one member. */
const MEMBER_BYTES = 64 * 1024;
/** Lines that wait for a slow or full disk; beyond it they are lost, and counted. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

export interface RecordingWriterOptions extends RecordingFilesOptions {
  /** Why nothing can be written, in words; undefined when it can again. Called on each change. */
  readonly onFault: (fault: string | undefined) => void;
  /** Counts `recording_lost_total`. */
  readonly count: Count;
}

export interface RecordingWriter {
  /** @param entry of docs/RECORDINGS.md; written within a second. */
  put(entry: Readonly<Record<string, unknown>>): void;
  /** Writes what waits, if it can. */
  close(): Promise<void>;
}

/** @throws the system's error when the folder cannot be made. */
export const openRecordingWriter = async (options: RecordingWriterOptions): Promise<RecordingWriter> => {
  const { folder, fs, clock, onFault, count } = options;
  await fs.makeFolder(folder);
  const files = createRecordingFiles(options);
  let lines: string[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let fault: string | undefined;
  let flushing: Promise<void> | undefined;

  const lose = (some: number): void => {
    lost += some;
    count('recording_lost_total', some);
  };
  const setFault = (next: string | undefined): void => {
    if (next === fault) return;
    fault = next;
    onFault(next);
  };
  const flush = async (): Promise<void> => {
    const [some, bytes, gap] = [lines, waitingBytes, lost];
    lines = [];
    const gapLines = gap === 0 ? [] : [lineOf({ type: 'gap', at: new Date(clock.now()).toISOString(), lost: gap })];
    try {
      await files.append([...some, ...gapLines]);
      waitingBytes -= bytes;
      lost -= gap;
      setFault(undefined);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      setFault(`the recording cannot be written to ${folder} (${code})`);
      lines = [...some, ...lines];
    }
  };
  const flushOnce = async (): Promise<void> => {
    if (flushing === undefined && lines.length > 0) {
      flushing = flush().finally(() => (flushing = undefined));
    }
    await flushing;
  };
  const endTicks = clock.every(FLUSH_MS, () => void flushOnce());

  return {
    put: (entry) => {
      if (waitingBytes >= MAX_WAITING_BYTES) return lose(1);
      const line = lineOf(entry);
      lines.push(line);
      waitingBytes += line.length;
      if (waitingBytes >= MEMBER_BYTES && fault === undefined) void flushOnce();
    },
    close: async () => {
      endTicks();
      await flushing;
      await flushOnce();
      if (lines.length > 0) lose(lines.length);
      await files.close();
    },
  };
};

const lineOf = (entry: Readonly<Record<string, unknown>>): string => JSON.stringify(entry);
