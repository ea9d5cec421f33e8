/** Reads a recording, line by line. Whatever the file is, memory stays small and what can be read is read. */
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip, constants } from 'node:zlib';
import { MAX_LINE_BYTES, parseLine, RECORDING_VERSION } from './entry.ts';
import type { RecordingLine } from './entry.ts';
import { RECORDING_FILE } from './recording-files.ts';

const NEWLINE = 0x0a;

/** It is no recording, or there is none; the message says which file and why. */
export class RecordingError extends Error {
  readonly code = 'recording_unreadable';
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'RecordingError';
  }
}

/**
 * The entries of a file, or of all recordings in a folder, in their order. Headers are not among them; damage is, once for
 * each line, and once for the end of a file that is cut off or broken: the next file is read all the same.
 * @throws RecordingError when there is no such file, when it is no recording, and when a newer version wrote it.
 */
export async function* readRecording(path: string): AsyncGenerator<Exclude<RecordingLine, { kind: 'header' }>> {
  for (const file of await recordingFiles(path)) {
    let isFirst = true;
    for await (const line of linesOf(file)) {
      const read = typeof line === 'string' ? parseLine(line) : line;
      if (isFirst) checkHeader(file, read);
      isFirst = false;
      if (read.kind !== 'header') yield read;
    }
    if (isFirst) throw new RecordingError(`${file} is no recording: it is empty`);
  }
}

const checkHeader = (file: string, line: RecordingLine): void => {
  if (line.kind !== 'header') throw new RecordingError(`${file} is no recording of Cotbus`);
  if (line.version > RECORDING_VERSION) {
    throw new RecordingError(
      `${file} was written by a newer Cotbus (format ${line.version}, here ${RECORDING_VERSION})`,
    );
  }
};

/** @throws RecordingError */
const recordingFiles = async (path: string): Promise<readonly string[]> => {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => RECORDING_FILE.test(name)).toSorted();
    if (names.length > 0) return names.map((name) => join(path, name));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new RecordingError(`${path} cannot be read (${code})`, error);
  }
  throw new RecordingError(`${path} holds no recording`);
};

type Damage = Extract<RecordingLine, { kind: 'damaged' }>;
const damage = (detail: string): Damage => ({ kind: 'damaged', detail });

async function* linesOf(file: string): AsyncGenerator<string | Damage> {
  let rest = Buffer.alloc(0);
  let tooLong = false;
  try {
    for await (const chunk of await contentOf(file)) {
      let bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE)) {
        if (tooLong) yield damage('a line is too long');
        else yield bytes.toString('utf8', 0, end);
        tooLong = false;
        bytes = bytes.subarray(end + 1);
      }
      tooLong ||= bytes.length > MAX_LINE_BYTES;
      rest = tooLong ? Buffer.alloc(0) : Buffer.from(bytes);
    }
    if (rest.length > 0 || tooLong) yield damage('the last line is cut off');
  } catch (error) {
    if (error instanceof RecordingError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    yield damage(`${file} is damaged: ${why}`);
  }
}

/** Bytes of a file, inflated when they are gzip; one that ends in the middle of a member ends there. */
const contentOf = async (file: string): Promise<AsyncIterable<Buffer>> => {
  const isGzip = await startsAsGzip(file);
  const raw = createReadStream(file);
  if (!isGzip) return raw;
  const inflated = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  raw.once('error', (error) => inflated.destroy(error));
  return raw.pipe(inflated);
};

const startsAsGzip = async (file: string): Promise<boolean> => {
  try {
    const handle = await open(file);
    try {
      const start = Buffer.alloc(2);
      await handle.read(start, 0, 2, 0);
      return start.readUInt16BE(0) === 0x1f8b;
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new RecordingError(`${file} cannot be read (${code})`, error);
  }
};
