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

export interface CustodyJournalOptions<R> {
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
  /** What the machine would write to say all that is confirmed; undefined while appends are under way. */
  readonly snapshot: () => Iterable<R> | undefined;
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
  | { readonly kind: 'part'; readonly snapshot: number; readonly record: R }
  /** The snapshot is whole: what was written before it is of no more use. */
  | { readonly kind: 'whole'; readonly snapshot: number };

interface Waiting {
  readonly seq: number;
  readonly number: number;
  readonly sync: boolean;
}

/** @throws ServiceError `journal_unusable` when the folder cannot hold a journal, or another process has it. */
export const openCustodyJournal = async <R>(options: CustodyJournalOptions<R>): Promise<CustodyJournal<R>> => {
  const { folder, fs, name, nonce, clock, log, onJournaled, onRefused } = options;
  const waiting: Waiting[] = [];
  let written = 0;
  let synced = 0;

  const onEvent = (event: JournalEvent): void => {
    switch (event.kind) {
      case 'written':
        written = event.to;
        confirm();
        break;
      case 'synced':
        synced = event.to;
        confirm();
        break;
      case 'refused':
        refuse(event.from, event.to);
        break;
      case 'lost':
        log.error({ records: event.keys.length }, 'journal.records_lost');
        break;
    }
  };
  const confirm = (): void => {
    let upTo: number | undefined;
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      if (first.seq > written || (first.sync && first.seq > synced)) break;
      upTo = first.number;
      waiting.shift();
    }
    if (upTo !== undefined) onJournaled(upTo);
  };
  const refuse = (from: number, to: number): void => {
    const refused = waiting.filter(({ seq }) => seq >= from && seq <= to);
    for (const one of refused) {
      waiting.splice(waiting.indexOf(one), 1);
      onRefused(one.number);
    }
    confirm();
  };

  const limits = { maxBytes: MAX_BYTES, segmentBytes: SEGMENT_BYTES };
  const journal = await openJournal({ folder, name, nonce, clock, log, fs, ...limits, onEvent }).catch(
    (error: unknown) => {
      throw error instanceof JournalError ? new ServiceError('journal_unusable', error.message, error) : error;
    },
  );
  const content = readContent<R>(journal, log);
  const keys = createKeys(journal, content);

  return {
    recovered: content.records,
    append: (number, record, sync) => {
      const answer = journal.append({ key: keys.next(), payload: encode({ kind: 'log', record }), sync });
      if (answer.ok) waiting.push({ seq: answer.seq, number, sync });
      else queueMicrotask(() => onRefused(number));
      if (keys.logged >= SNAPSHOT_RECORDS) keys.replaceBy(options.snapshot);
    },
    flushed: () => journal.flushed(),
    close: () => journal.close(),
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
    records: live.flatMap(({ frame }) => ('record' in frame ? [frame.record] : [])),
    snapshot: Math.max(0, ...snapshots),
    live: [...kept],
  };
};

/** The keys of what is alive. Each record has one of its own: nothing takes the place of another but a whole snapshot. */
const createKeys = <R>(journal: Journal, content: Content<R>) => {
  let live: string[] = [...content.live];
  let { snapshot } = content;
  let count = 0;
  let logged = live.length;
  const next = (): string => {
    count += 1;
    logged += 1;
    const key = `${journal.incarnation}.${count}`;
    live.push(key);
    return key;
  };
  return {
    next,
    get logged() {
      return logged;
    },
    replaceBy: (take: () => Iterable<R> | undefined): void => {
      const records = take();
      if (records === undefined) return;
      snapshot += 1;
      const before = live;
      live = [];
      const frames: Frame<R>[] = [...records].map((record) => ({ kind: 'part', snapshot, record }));
      const isWritten = [...frames, { kind: 'whole', snapshot } as const].every(
        (frame) => journal.append({ key: next(), payload: encode(frame) }).ok,
      );
      if (isWritten) for (const key of before) journal.kill(key);
      else {
        for (const key of live) journal.kill(key);
        live = before;
      }
      logged = 0;
    },
  };
};
