/** The writing end of a journal: gathers what waits into batches, one write and at most one sync for each. */
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { encodeEntry } from './entry.ts';
import { writeFault } from './journal-fs.ts';
import type { LiveIndex, Version } from './live-index.ts';
import { encodeRecord } from './record.ts';
import type { Room } from './room.ts';
import type { SegmentFiles } from './segment-files.ts';

/** Bytes of one batch: some milliseconds of writing, so the first in it does not wait long for the last. */
export const MAX_BATCH_BYTES = 256 * 1024;
/** Room that always takes the record of a death. */
const DEATH_BYTES = 512;
/** How often a journal that cannot write tries again. */
const RETRY_MS = 1000;

export type JournalFault = 'journal_full' | 'journal_broken';

/** What became of appends, by the numbers they were given, in the order of the numbers. */
export type JournalEvent =
  /** All up to `to` that were not refused outlive the process. */
  | { readonly kind: 'written'; readonly to: number }
  /** All up to `to` that were not refused and asked for it outlive a loss of power. */
  | { readonly kind: 'synced'; readonly to: number }
  /** Those from `from` to `to` are not in the journal, and will not come back. */
  | { readonly kind: 'refused'; readonly from: number; readonly to: number; readonly reason: JournalFault }
  /** What was written under these keys is gone from the disk: append it again. */
  | { readonly kind: 'lost'; readonly keys: readonly string[] };

interface Waiting {
  readonly version: Version;
  readonly record: Uint8Array;
  readonly sync: boolean;
}

interface Batch {
  readonly puts: readonly Waiting[];
  readonly deaths: readonly (readonly [key: string, seq: number])[];
  readonly bytes: Uint8Array;
  readonly sync: boolean;
}

export interface WriterOptions {
  readonly files: SegmentFiles;
  readonly index: LiveIndex;
  readonly room: Room;
  readonly segmentBytes: number;
  readonly maxSegments: number;
  readonly startRecord: () => Uint8Array;
  /** Whether versions stay in the index after they are written. */
  readonly keepsLive: boolean;
  /** Makes the folder usable again. Rejects when it cannot. */
  readonly regainFolder: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger | undefined;
  readonly onEvent: (event: JournalEvent) => void;
}

export interface JournalWriter {
  /** Starts a head; when that fails, the journal begins at fault. @param fault it begins with: nothing is written yet. */
  start(fault?: JournalFault): Promise<void>;
  put(version: Version, record: Uint8Array, sync: boolean): void;
  /** Writes, soon, that a key is dead. */
  kill(key: string, seq: number): void;
  readonly fault: JournalFault | undefined;
  /** Resolves when all that was put is written (synced, where asked) or refused, or the writer closed. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}

class Writer implements JournalWriter {
  readonly #options: WriterOptions;
  #queue: Waiting[] = [];
  readonly #deaths = new Map<string, number>();
  /** Perhaps in a file, perhaps on the disk: its write could not be taken back, or its sync failed. Written again. */
  #unsure: Batch | undefined;
  #fault: JournalFault | undefined;
  #tail = Promise.resolve();
  #isAwake = false;
  #isClosed = false;
  #newestPut = 0;
  #cancelRetry: (() => void) | undefined;
  #flushes: { readonly to: number; readonly resolve: () => void }[] = [];

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async start(fault?: JournalFault): Promise<void> {
    if (fault !== undefined) return this.#fail(undefined, fault, undefined);
    try {
      await this.#restart();
      await this.#options.room.tidy();
    } catch (error) {
      this.#fail(undefined, writeFault(error), error);
    }
  }

  put(version: Version, record: Uint8Array, sync: boolean): void {
    this.#newestPut = version.seq;
    this.#queue.push({ version, record, sync });
    this.#wake();
  }

  kill(key: string, seq: number): void {
    this.#deaths.set(key, seq);
    this.#wake();
  }

  get fault(): JournalFault | undefined {
    return this.#fault;
  }

  async flushed(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#flushes.push({ to: this.#newestPut, resolve });
      // While the writer is awake a batch may be under way; it settles when that is done.
      if (!this.#isAwake) this.#settleFlushes();
    });
  }

  async close(): Promise<void> {
    for (let last: Promise<void> | undefined; last !== this.#tail;) {
      last = this.#tail;
      await last;
    }
    this.#isClosed = true;
    this.#cancelRetry?.();
    this.#settleFlushes();
    await this.#options.files.close();
  }

  #emit(event: JournalEvent): void {
    try {
      this.#options.onEvent(event);
    } catch (error) {
      this.#options.log?.error({ err: error, event: event.kind }, 'journal.listener_failed');
    }
  }

  #settleFlushes(): void {
    const open = this.#isClosed ? Number.POSITIVE_INFINITY : (this.#unsure?.puts[0] ?? this.#queue[0])?.version.seq;
    const isDone = ({ to }: { to: number }): boolean => this.#isClosed || open === undefined || to < open;
    const done = this.#flushes.filter(isDone);
    this.#flushes = this.#flushes.filter((flush) => !isDone(flush));
    for (const { resolve } of done) resolve();
  }

  /** As much of what waits as goes into the head, or into a new one. */
  #takeBatch(): Batch {
    // Killed before it was written: never written.
    this.#queue = this.#queue.filter(({ version }) => version.state === 'waiting');
    const first = this.#queue[0]?.record.length ?? 0;
    const fits =
      this.#options.room.headBytes >= Math.max(first, DEATH_BYTES)
        ? this.#options.room.headBytes
        : this.#options.segmentBytes;
    let free = Math.min(fits, MAX_BATCH_BYTES, this.#options.segmentBytes / 2);
    let count = 0;
    for (const { record } of this.#queue) {
      if (record.length > free) break;
      free -= record.length;
      count += 1;
    }
    const puts = this.#queue.slice(0, count);
    this.#queue = this.#queue.slice(count);
    const records = puts.map(({ record }) => record);
    const dead: (readonly [string, number])[] = [];
    for (const [key, seq] of this.#deaths) {
      const record = encodeRecord(encodeEntry({ kind: 'kill', key, seq }));
      if (record.length > free) break;
      free -= record.length;
      records.push(record);
      dead.push([key, seq]);
      this.#deaths.delete(key);
    }
    return { puts, deaths: dead, bytes: Buffer.concat(records), sync: puts.some(({ sync }) => sync) };
  }

  #scheduleRetry(): void {
    if (this.#isClosed) return;
    this.#cancelRetry ??= this.#options.clock.after(RETRY_MS, () => {
      this.#cancelRetry = undefined;
      this.#tail = this.#tail.then(() => this.#restore());
    });
  }

  /** Refuses the batch and all that waits behind it. */
  #fail(batch: Batch | undefined, reason: JournalFault, error: unknown): void {
    this.#options.log?.warn({ err: error, reason }, 'journal.failed');
    this.#fault = reason;
    const refused = [...(batch?.puts ?? []), ...this.#queue];
    this.#queue = [];
    for (const [key, seq] of batch?.deaths ?? []) this.#deaths.set(key, Math.max(seq, this.#deaths.get(key) ?? 0));
    for (const { version } of refused) this.#options.index.refuse(version);
    const from = refused[0]?.version.seq;
    const to = refused.at(-1)?.version.seq;
    if (from !== undefined && to !== undefined) this.#emit({ kind: 'refused', from, to, reason });
    this.#scheduleRetry();
  }

  #place({ puts }: Batch): void {
    const { head } = this.#options.files;
    if (head === undefined) return;
    for (const { version } of puts) {
      this.#options.index.place(version, head);
      if (!this.#options.keepsLive) this.#options.index.kill(version.key);
    }
  }

  #tell(kind: 'written' | 'synced', { puts }: Batch): void {
    const last = puts.at(-1);
    if (last !== undefined) this.#emit({ kind, to: last.version.seq });
  }

  /** @returns false when the batch was refused. */
  async #write(batch: Batch): Promise<boolean> {
    try {
      if (!(await this.#options.room.make(batch.bytes.length))) {
        this.#fail(batch, 'journal_full', undefined);
        return false;
      }
    } catch (error) {
      this.#fail(batch, writeFault(error), error);
      return false;
    }
    const appended = await this.#options.files.append(batch.bytes);
    if (appended.ok) return true;
    if (appended.leftover) this.#unsure = batch;
    this.#fail(appended.leftover ? undefined : batch, writeFault(appended.error), appended.error);
    return false;
  }

  async #step(): Promise<void> {
    const batch = this.#takeBatch();
    if (batch.bytes.length > 0) {
      if (!(await this.#write(batch))) return;
      this.#place(batch);
      this.#tell('written', batch);
    }
    try {
      if (batch.sync) {
        this.#unsure = batch;
        await this.#options.files.sync();
        this.#unsure = undefined;
        this.#tell('synced', batch);
      }
      await this.#options.room.tidy();
    } catch (error) {
      this.#fail(undefined, writeFault(error), error);
    }
  }

  async #work(): Promise<void> {
    const isNeeded = (): boolean => this.#fault === undefined && (this.#queue.length > 0 || this.#deaths.size > 0);
    while (isNeeded()) {
      await this.#step();
      this.#settleFlushes();
    }
    this.#isAwake = false;
    this.#settleFlushes();
  }

  #wake(): void {
    if (this.#isAwake || this.#fault !== undefined) return;
    this.#isAwake = true;
    // Not at once: what the same turn appends comes into the same batch.
    this.#tail = this.#tail.then(() => this.#work());
  }

  /** Starts a new segment, with what is this.#unsure in it. */
  async #restart(): Promise<void> {
    const batch = this.#unsure;
    const head = await this.#options.files.roll(
      Buffer.concat([this.#options.startRecord(), batch?.bytes ?? new Uint8Array()]),
    );
    try {
      await this.#options.files.sync();
    } catch (error) {
      await this.#options.files.discard(head);
      throw error;
    }
    this.#unsure = undefined;
    if (batch === undefined) return;
    this.#place(batch);
    // Told a second time after a failed sync: it says nothing new.
    this.#tell('written', batch);
    if (batch.sync) this.#tell('synced', batch);
  }

  async #restore(): Promise<void> {
    if (this.#isClosed) return;
    try {
      await this.#options.regainFolder();
      for (const gone of await this.#options.files.missing()) {
        const keys = this.#options.index.evict(gone);
        if (keys.length > 0) this.#emit({ kind: 'lost', keys });
      }
      await this.#options.room.removeDead();
      if (this.#options.files.segments.length > this.#options.maxSegments) {
        this.#scheduleRetry();
        return;
      }
      const probe =
        this.#options.files.head === undefined
          ? undefined
          : await this.#options.files.append(this.#options.startRecord());
      if (probe?.ok === false) throw probe.error;
      if (probe === undefined) await this.#restart();
    } catch (error) {
      this.#fault = writeFault(error);
      this.#scheduleRetry();
      return;
    }
    this.#options.log?.info('journal.recovered');
    this.#fault = undefined;
    this.#settleFlushes();
    this.#wake();
  }
}

export const createJournalWriter = (options: WriterOptions): JournalWriter => new Writer(options);
