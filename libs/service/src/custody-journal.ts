/**
 * A custody machine's journal: its records in order, and from time to time a snapshot that takes the place of all before it.
 * The machine numbers its appends; this tells it which of them are safe.
 */
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { decodeCustodyRecord, encodeCustodyRecord } from './custody-record.ts';
import { openJournal } from './journal/journal.ts';
import { JournalError } from './journal/journal-error.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalFs } from './journal/journal-fs.ts';
import type { JournalEvent } from './journal/journal-writer.ts';
import { ServiceError } from './service.ts';

/** On the disk, half of it alive. Two hundred thousand items with what is known of their senders. */
const MAX_BYTES = 256 * 1024 * 1024;
const SEGMENT_BYTES = 4 * 1024 * 1024;
/** Records after which a snapshot is worth its writing. */
const SNAPSHOT_RECORDS = 20_000;
/** Of one part of a snapshot, about. */
const PART_BYTES = 32 * 1024;

export interface CustodyJournalOptions<R extends object> {
  readonly folder: string;
  readonly fs: JournalFs;
  /** A topic level. */
  readonly name: string;
  readonly nonce: bigint;
  readonly clock: Clock;
  readonly log: Logger;
  /** All appends up to this number are in the journal, and synced where asked. */
  readonly onJournaled: (upTo: number) => void;
  /** This append is not, and will not be. */
  readonly onRefused: (number: number) => void;
  /** What the machine would write to say all that is confirmed. */
  readonly snapshot: () => Iterable<R>;
  /**
   * Resolves when what the machine has told is on record elsewhere: a snapshot says nothing of items that have ended, and a
   * crash before their outcomes are written would lose them.
   */
  readonly told?: (() => Promise<void>) | undefined;
}

export interface CustodyJournal<R> {
  /** What to recover from, in order. */
  readonly recovered: readonly R[];
  append(number: number, record: R, sync: boolean): void;
  /** Resolves when all that was appended is safe or refused. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}

/** What stands in front of each record: whether it is part of a snapshot, and of which. */
type Frame<R> =
  | { readonly kind: 'log'; readonly record: R }
  /** Records of a snapshot, many in one: a hundred thousand waiting items must not fill the journal once more. */
  | { readonly kind: 'part'; readonly snapshot: number; readonly records: readonly Uint8Array[] }
  /** The snapshot is whole: what was written before it is of no more use. */
  | { readonly kind: 'whole'; readonly snapshot: number };

interface Append<R> {
  readonly number: number;
  readonly record: R;
  readonly sync: boolean;
}

interface Waiting {
  readonly seq: number;
  readonly sync: boolean;
  /** What it is to the machine; the end mark of a snapshot is nothing to it. */
  readonly number?: number;
  /** Keys that are dead when this is safe. */
  readonly replaced?: readonly string[];
}

/** @throws ServiceError `journal_unusable` when the folder cannot hold a journal, or another process has it. */
export const openCustodyJournal = async <R extends object>(
  options: CustodyJournalOptions<R>,
): Promise<CustodyJournal<R>> => {
  const { folder, fs, name, nonce, clock, log, onJournaled, onRefused } = options;
  /** Appends that a snapshot is due before: it is written when all before them are safe, and says nothing of them. */
  let behind: Append<R>[] | undefined;
  let isAwaitingTold = false;
  const waiting = createWaiting({
    onJournaled,
    onRefused,
    onWhole: (replaced) => {
      for (const key of replaced) journal.kill(key);
    },
    onBroken: (replaced) => keys.keep(replaced),
  });
  const onEvent = (event: JournalEvent): void => {
    if (event.kind === 'lost') log.error({ records: event.keys.length }, 'journal.records_lost');
    else waiting.told(event);
    compact();
  };

  const limits = { maxBytes: MAX_BYTES, segmentBytes: SEGMENT_BYTES };
  const journal = await openJournal({ folder, name, nonce, clock, log, fs, ...limits, onEvent }).catch(
    (error: unknown) => {
      throw error instanceof JournalError ? new ServiceError('journal_unusable', error.message, error) : error;
    },
  );
  const content = readContent<R>(journal, log);
  const keys = createKeys(journal, content);

  const write = ({ number, record, sync }: Append<R>): void => {
    const answer = journal.append({ key: keys.next(), payload: encode({ kind: 'log', record }), sync });
    if (answer.ok) waiting.add({ seq: answer.seq, number, sync });
    else queueMicrotask(() => onRefused(number));
  };
  const release = (): void => {
    const late = behind ?? [];
    behind = undefined;
    for (const append of late) write(append);
  };
  const compact = (): void => {
    if (behind === undefined || isAwaitingTold || !waiting.isEmpty) return;
    if (options.told === undefined) {
      takeSnapshot();
      return;
    }
    isAwaitingTold = true;
    void options.told().finally(takeSnapshot);
  };
  const takeSnapshot = (): void => {
    isAwaitingTold = false;
    if (behind === undefined) return;
    const end = keys.replaceBy(options.snapshot());
    if (end !== undefined) waiting.add(end);
    release();
  };

  return {
    recovered: content.records,
    append: (number, record, sync) => {
      if (behind !== undefined) behind.push({ number, record, sync });
      else write({ number, record, sync });
      if (behind === undefined && keys.isSnapshotDue) {
        behind = [];
        compact();
      }
    },
    flushed: async () => {
      await journal.flushed();
      if (isAwaitingTold) await options.told?.();
      // What stood behind a snapshot was written when that was.
      if (!waiting.isEmpty) await journal.flushed();
    },
    close: () => {
      release();
      return journal.close();
    },
  };
};

interface WaitingOptions extends Pick<CustodyJournalOptions<object>, 'onJournaled' | 'onRefused'> {
  /** A snapshot is on the disk: these keys are dead. */
  readonly onWhole: (replaced: readonly string[]) => void;
  /** It will not be. */
  readonly onBroken: (replaced: readonly string[]) => void;
}

/** Appends that are neither safe nor refused, in order. */
const createWaiting = ({ onJournaled, onRefused, onWhole, onBroken }: WaitingOptions) => {
  let appends: Waiting[] = [];
  let written = 0;
  let synced = 0;
  const isSafe = ({ seq, sync }: Waiting): boolean => seq <= written && (!sync || seq <= synced);
  const confirm = (): void => {
    const firstUnsafe = appends.findIndex((append) => !isSafe(append));
    const safe = appends.splice(0, firstUnsafe === -1 ? appends.length : firstUnsafe);
    for (const { replaced } of safe) if (replaced !== undefined) onWhole(replaced);
    const newest = safe.findLast(({ number }) => number !== undefined);
    if (newest?.number !== undefined) onJournaled(newest.number);
  };
  const refuse = (from: number, to: number): void => {
    const isRefused = ({ seq }: Waiting): boolean => seq >= from && seq <= to;
    const refused = appends.filter(isRefused);
    appends = appends.filter((append) => !isRefused(append));
    for (const { number, replaced } of refused) {
      if (replaced !== undefined) onBroken(replaced);
      if (number !== undefined) onRefused(number);
    }
  };
  return {
    add: (append: Waiting): void => {
      appends.push(append);
    },
    get isEmpty() {
      return appends.length === 0;
    },
    told: (event: Exclude<JournalEvent, { kind: 'lost' }>): void => {
      if (event.kind === 'written') written = event.to;
      else if (event.kind === 'synced') synced = event.to;
      else refuse(event.from, event.to);
      confirm();
    },
  };
};

const encode = <R>(frame: Frame<R>): Uint8Array => encodeCustodyRecord(frame);

interface Content<R> {
  readonly records: readonly R[];
  /** Number of the newest snapshot, whole or not. */
  readonly snapshot: number;
  /** Keys of what is in `records`. */
  readonly live: readonly string[];
}

/** The newest whole snapshot and what came behind it; what that makes useless is killed. */
const readContent = <R>(journal: Journal, log: Logger): Content<R> => {
  const frames = journal.recovered.flatMap(({ key, payload }) => {
    const frame = decodeCustodyRecord(payload) as Frame<R> | undefined;
    if (frame === undefined) log.error({ key }, 'journal.record_unreadable');
    return frame === undefined ? [] : [{ key, frame }];
  });
  const snapshots = frames.flatMap(({ frame }) => ('snapshot' in frame ? [frame.snapshot] : []));
  const wholes = frames.flatMap(({ frame }) => (frame.kind === 'whole' ? [frame.snapshot] : []));
  const whole = wholes.at(-1);
  const end = frames.findIndex(({ frame }) => frame.kind === 'whole' && frame.snapshot === whole);
  const isLive = (frame: Frame<R>, index: number): boolean =>
    frame.kind === 'log' ? index > end : frame.snapshot === whole;
  const live = frames.filter(({ frame }, index) => isLive(frame, index));
  const kept = new Set(live.map(({ key }) => key));
  for (const { key } of journal.recovered) if (!kept.has(key)) journal.kill(key);
  return {
    records: live.flatMap(({ frame }) => recordsIn(frame)),
    snapshot: Math.max(0, ...snapshots),
    live: [...kept],
  };
};

const recordsIn = <R>(frame: Frame<R>): readonly R[] => {
  if (frame.kind === 'log') return [frame.record];
  return frame.kind === 'part'
    ? frame.records.flatMap((bytes) => (decodeCustodyRecord(bytes) as R | undefined) ?? [])
    : [];
};

const partsOf = function* <R extends object>(snapshot: number, records: Iterable<R>): Generator<Frame<R>> {
  let part: Uint8Array[] = [];
  let bytes = 0;
  for (const record of records) {
    const encoded = encodeCustodyRecord(record);
    if (part.length > 0 && bytes + encoded.length > PART_BYTES) {
      yield { kind: 'part', snapshot, records: part };
      part = [];
      bytes = 0;
    }
    part.push(encoded);
    bytes += encoded.length;
  }
  if (part.length > 0) yield { kind: 'part', snapshot, records: part };
};

/** The keys of what is alive. Each record has one of its own: nothing takes the place of another but a whole snapshot. */
const createKeys = <R extends object>(journal: Journal, content: Content<R>) => {
  let live: string[] = [...content.live];
  let { snapshot } = content;
  let count = 0;
  let logged = live.length;
  let snapshotRecords = 0;
  const next = (): string => {
    count += 1;
    logged += 1;
    const key = `${journal.incarnation}.${count}`;
    live.push(key);
    return key;
  };
  return {
    next,
    /** Not before as much was logged as the newest snapshot holds: writing it again costs as much as that. */
    get isSnapshotDue() {
      return logged >= Math.max(SNAPSHOT_RECORDS, snapshotRecords);
    },
    /** What a snapshot that was not written did not replace. */
    keep: (keys: readonly string[]): void => {
      live = [...keys, ...live];
    },
    /** All of it is on the disk before what it replaces is dead, which may have been there. @returns its end mark. */
    replaceBy: (records: Iterable<R>): Waiting | undefined => {
      snapshot += 1;
      const before = live;
      live = [];
      const all = [...records];
      const frames: Frame<R>[] = [...partsOf(snapshot, all), { kind: 'whole', snapshot }];
      const answers = frames.map((frame) => journal.append({ key: next(), payload: encode(frame), sync: true }));
      logged = 0;
      snapshotRecords = all.length;
      const end = answers.at(-1);
      if (end?.ok === true && answers.every(({ ok }) => ok)) return { seq: end.seq, sync: true, replaced: before };
      for (const key of live) journal.kill(key);
      live = before;
      return undefined;
    },
  };
};
