/**
 * What an origin, a sink or an outcome log must still know after it was killed: an append-only store of versions
 * under keys, bounded in bytes, in a folder of its own.
 *
 * Order is the order of `append`. `written` (in the page cache) outlives the process, `synced` outlives the machine.
 * What was refused does not come back. What was killed may come back only when the process died before the death was
 * written, so the owner settles it again.
 */
import { join } from 'node:path';
import { isTopicLevel } from '@cotbus/contracts';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { encodeEntry, MAX_KEY_BYTES, textBytes } from './entry.ts';
import { JournalError } from './journal-error.ts';
import { writeFault } from './journal-fs.ts';
import type { JournalFs, JournalLock } from './journal-fs.ts';
import { createJournalWriter, MAX_BATCH_BYTES } from './journal-writer.ts';
import type { JournalEvent, JournalFault, JournalWriter } from './journal-writer.ts';
import { createLiveIndex } from './live-index.ts';
import type { LiveIndex } from './live-index.ts';
import { encodeRecord } from './record.ts';
import { recoverEntries } from './recover-entries.ts';
import type { Recovery } from './recover-entries.ts';
import { createRoom } from './room.ts';
import { MAX_SEGMENT_BYTES, openSegmentFiles } from './segment-files.ts';
import type { SegmentFiles } from './segment-files.ts';

/** A segment below this would hold few records; a journal of fewer segments could not copy and keep its bound. */
const MIN_SEGMENT_BYTES = 4096;
const MIN_SEGMENTS = 8;
/** A record takes at most this share of a segment, so little is left over at its end. */
const RECORD_SHARE = 1 / 8;
/** What may be alive: the rest is for what is dead but not yet removed. */
const LIVE_SHARE = 1 / 2;

export interface JournalOptions {
  /** Folder of all journals; the journal's own is below it. */
  readonly folder: string;
  /** A topic level. One process at a time opens it. */
  readonly name: string;
  /** Bytes on the disk; half of it may be alive. At least eight segments. */
  readonly maxBytes: number;
  readonly segmentBytes: number;
  readonly fs: JournalFs;
  readonly clock: Clock;
  readonly log?: Logger;
  /** 64 random bits, taken when the journal turns out to be new. */
  readonly nonce: bigint;
  /** The incarnation is at least this. */
  readonly minIncarnation?: number;
  /** Bytes that may be alive of a class; without bound of its own, if left out. */
  readonly classBytes?: (className: string) => number;
  /** `forget_oldest`: nothing is killed; the oldest segment goes when the bytes are used up. */
  readonly whenFull?: 'refuse' | 'forget_oldest';
  /** Called in turns of their own, in order; must not throw. */
  readonly onEvent: (event: JournalEvent) => void;
}

interface AppendInput {
  /** Takes the place of what is under the same key, once it is written. At most 255 bytes. Unused by `forget_oldest`. */
  readonly key: string;
  readonly payload: Uint8Array;
  /** Whose budget it uses, such as a destination. At most 255 bytes. */
  readonly className?: string;
  /** Asks for `synced`; all that wait share one. */
  readonly sync?: boolean;
}

type AppendAnswer =
  | { readonly ok: true; readonly seq: number }
  | { readonly ok: false; readonly reason: 'class_full' | 'record_too_large' | 'closed' | JournalFault };

interface JournalRecord {
  readonly key: string;
  readonly className: string;
  readonly payload: Uint8Array;
  readonly seq: number;
}

export interface Journal {
  /** What was alive, in the order it was appended; it is synced. Take it once: it is the whole journal. */
  readonly recovered: readonly JournalRecord[];
  /** Starts of this journal, counted on the disk. While `fault` holds from the start it is not yet there. */
  readonly incarnation: number;
  /** 64 random bits of the journal's first start. */
  readonly nonce: bigint;
  /** Nothing of an earlier one was found: no start is readable. */
  readonly isNew: boolean;
  /** What recovery could not read. */
  readonly damage: Pick<Recovery, 'tornTails' | 'damaged'>;
  /** An accepted append ends in `written` or `refused`, told with its number, unless it is killed before. Numbers grow. */
  append(input: AppendInput): AppendAnswer;
  /** Says that a key is dead. Its bytes are free at once. Nothing happens when there is no such key. */
  kill(key: string): void;
  /** Why appends are refused at present; the journal tries again every second. */
  readonly fault: JournalFault | undefined;
  /** Bytes alive, or waiting. */
  readonly liveBytes: number;
  /** Resolves when all that was appended is written (and synced, where asked), or refused, or the journal closed. */
  flushed(): Promise<void>;
  /** Writes what waits, if it can, and lets go of the folder. */
  close(): Promise<void>;
}

const checkOptions = ({ name, maxBytes, segmentBytes }: JournalOptions): void => {
  if (!isTopicLevel(name)) throw new JournalError('name', `journal name ${JSON.stringify(name)} is no topic level`);
  const sizesFit =
    segmentBytes >= MIN_SEGMENT_BYTES && segmentBytes <= MAX_SEGMENT_BYTES && maxBytes >= MIN_SEGMENTS * segmentBytes;
  if (!sizesFit) throw new JournalError('options', `a journal of ${maxBytes} bytes in segments of ${segmentBytes}`);
};

const takeLock = async (fs: JournalFs, folder: string): Promise<JournalLock> => {
  const lock = await fs.lock(folder);
  if ('heldBy' in lock) throw new JournalError('locked', `${folder} is in use by ${lock.heldBy}`);
  return lock;
};

interface OpenedFolder {
  /** Undefined on a full disk: what is there can be read, and nothing is written before the lock is taken. */
  readonly lock: JournalLock | undefined;
  readonly files: SegmentFiles;
}

const openFolder = async (fs: JournalFs, folder: string): Promise<OpenedFolder> => {
  let lock: JournalLock | undefined;
  try {
    await fs.makeFolder(folder);
    lock = await takeLock(fs, folder).catch((error: unknown) => {
      if (writeFault(error) !== 'journal_full') throw error;
      return undefined;
    });
    return { lock, files: await openSegmentFiles(fs, folder) };
  } catch (error) {
    await lock?.release().catch(() => {});
    if (error instanceof JournalError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new JournalError('folder_unusable', `${folder} cannot hold a journal: ${why}`, error);
  }
};

/** A segment that cannot be read is as one with nothing in it. */
const readSegments = async (files: SegmentFiles, log: Logger | undefined): Promise<Recovery> => {
  const segments: { number: number; bytes: Uint8Array }[] = [];
  for (const segment of files.segments) {
    try {
      await files.syncOld(segment);
    } catch (error) {
      log?.warn({ err: error, segment: segment.number }, 'journal.segment_unsynced');
    }
    try {
      segments.push({ number: segment.number, bytes: await files.recover(segment) });
    } catch (error) {
      log?.error({ err: error, segment: segment.number }, 'journal.segment_unreadable');
    }
  }
  return recoverEntries(segments);
};

const indexRecovered = (index: LiveIndex, files: SegmentFiles, { live }: Recovery): void => {
  const places = new Map(files.segments.map((segment) => [segment.number, segment]));
  for (const { entry, segment, bytes } of live) {
    const place = places.get(segment);
    if (place !== undefined) index.place(index.adopt({ ...entry, bytes }), place);
  }
};

interface Parts {
  readonly index: LiveIndex;
  readonly writer: JournalWriter;
  readonly nextSeq: () => number;
}

/** The part of a journal that is used while it is open. */
const appender = ({ index, writer, nextSeq }: Parts, { segmentBytes, whenFull, log }: JournalOptions) => {
  const maxRecordBytes = Math.min(RECORD_SHARE * segmentBytes, MAX_BATCH_BYTES);
  let isClosed = false;
  const append = (input: AppendInput): AppendAnswer => {
    const { payload, className = '', sync = false } = input;
    if (isClosed) return { ok: false, reason: 'closed' };
    if (writer.fault !== undefined) return { ok: false, reason: writer.fault };
    const fits = textBytes(input.key) <= MAX_KEY_BYTES && textBytes(className) <= MAX_KEY_BYTES;
    if (!fits || payload.length > maxRecordBytes) return { ok: false, reason: 'record_too_large' };
    const seq = nextSeq();
    const key = whenFull === 'forget_oldest' ? String(seq) : input.key;
    const record = encodeRecord(encodeEntry({ kind: 'put', seq, key, className, payload }));
    if (record.length > maxRecordBytes) return { ok: false, reason: 'record_too_large' };
    const version = index.accept({ key, seq, className, bytes: record.length });
    if (typeof version === 'string') return { ok: false, reason: version };
    writer.put(version, record, sync);
    return { ok: true, seq };
  };
  return {
    append,
    kill: (key: string): void => {
      if (!isClosed && index.kill(key)) writer.kill(key, nextSeq());
    },
    flushed: () => writer.flushed(),
    close: async (release: () => Promise<void>): Promise<void> => {
      if (isClosed) return;
      isClosed = true;
      await writer.close();
      await release().catch((error: unknown) => log?.warn({ err: error }, 'journal.unlock_failed'));
    },
  };
};

/** @throws JournalError; a journal that can be read but not written opens, at fault. */
export const openJournal = async (options: JournalOptions): Promise<Journal> => {
  checkOptions(options);
  const { fs, clock, log, segmentBytes, maxBytes, onEvent } = options;
  const keepsLive = options.whenFull !== 'forget_oldest';
  const folder = join(options.folder, options.name);
  const opened = await openFolder(fs, folder);
  const { files } = opened;
  let { lock } = opened;
  const recovery = await readSegments(files, log);
  const nonce = recovery.start?.nonce ?? options.nonce;
  const incarnation = Math.max((recovery.start?.incarnation ?? 0) + 1, options.minIncarnation ?? 1);
  let seq = recovery.nextSeq;

  const classBytes = options.classBytes ?? (() => Number.POSITIVE_INFINITY);
  const index = createLiveIndex({ maxBytes: LIVE_SHARE * maxBytes, classBytes });
  if (keepsLive) indexRecovered(index, files, recovery);
  const startRecord = (): Uint8Array => encodeRecord(encodeEntry({ kind: 'start', nonce, incarnation, nextSeq: seq }));
  const maxSegments = Math.floor(maxBytes / segmentBytes);
  const onLost = (keys: readonly string[]): void => onEvent({ kind: 'lost', keys });
  const shared = { files, index, segmentBytes, maxSegments, startRecord, keepsLive };
  const room = createRoom({ ...shared, onLost });
  const regainFolder = async (): Promise<void> => {
    await fs.makeFolder(folder);
    if (lock === undefined || !(await lock.held())) lock = await takeLock(fs, folder);
  };
  const writer = createJournalWriter({ ...shared, room, regainFolder, clock, log, onEvent });
  await writer.start(lock === undefined ? 'journal_full' : undefined);
  const { close, ...use } = appender({ index, writer, nextSeq: () => seq++ }, options);
  return {
    recovered: recovery.live.map(({ entry: { key, className, payload, seq: number } }) => {
      return { key, className, payload, seq: number };
    }),
    incarnation,
    nonce,
    isNew: recovery.start === undefined,
    damage: { tornTails: recovery.tornTails, damaged: recovery.damaged },
    ...use,
    get fault() {
      return writer.fault;
    },
    get liveBytes() {
      return index.bytes;
    },
    close: () => close(async () => lock?.release()),
  };
};
