/** The files of a journal: numbered segments, written only at the newest one (the head), removed only at the oldest. */
import { join } from 'node:path';
import { JournalError } from './journal-error.ts';
import type { JournalFile, JournalFs } from './journal-fs.ts';
import type { Place } from './live-index.ts';

const FILE_NAME = /^(\d{10})\.segment$/;
/** Longest segment read: a longer file is not ours, or from other settings. */
export const MAX_SEGMENT_BYTES = 64 * 1024 * 1024;

export interface Segment extends Place {
  readonly number: number;
  /** Good bytes in it. */
  bytes: number;
}

export interface SegmentFiles {
  /** Oldest first. */
  readonly segments: readonly Segment[];
  /** The segment that is written; undefined when there is none in a state to be written. */
  readonly head: Segment | undefined;
  /** Starts a new head with these bytes in it. The old one is closed first. */
  roll(bytes: Uint8Array): Promise<Segment>;
  /**
   * Appends to the head, all or nothing. When it fails and nothing can be cut back, the head is given up and
   * `leftover` says that some of the bytes may be in it.
   */
  append(bytes: Uint8Array): Promise<{ ok: true } | { ok: false; error: Error; leftover: boolean }>;
  /** Gives the head up when it fails: what the disk holds is then unknown. */
  sync(): Promise<void>;
  /** Segments whose files are gone. They leave the list. */
  missing(): Promise<Segment[]>;
  /** Returns when a segment of an earlier start is on the disk. */
  syncOld(segment: Segment): Promise<void>;
  /** What is in a segment of an earlier start. */
  recover(segment: Segment): Promise<Uint8Array>;
  read(segment: Segment): Promise<Uint8Array>;
  removeOldest(): Promise<void>;
  /** Removes a segment that holds only what is also elsewhere, if the disk lets it. */
  discard(segment: Segment): Promise<void>;
  close(): Promise<void>;
}

const fileName = ({ number }: Segment): string => `${String(number).padStart(10, '0')}.segment`;

class Files implements SegmentFiles {
  readonly #fs: JournalFs;
  readonly #folder: string;
  #segments: Segment[];
  #nextNumber: number;
  #head: Segment | undefined;
  #file: JournalFile | undefined;
  /** Whether the head's name is on the disk. */
  #isNamed = false;

  constructor(fs: JournalFs, folder: string, segments: Segment[]) {
    this.#fs = fs;
    this.#folder = folder;
    this.#segments = segments;
    this.#nextNumber = (segments.at(-1)?.number ?? 0) + 1;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get head(): Segment | undefined {
    return this.#head;
  }

  async roll(bytes: Uint8Array): Promise<Segment> {
    await this.#giveUp();
    const segment: Segment = { number: this.#nextNumber, bytes: bytes.length, liveBytes: 0 };
    this.#nextNumber += 1;
    this.#file = await this.#newFile(segment, bytes);
    this.#isNamed = false;
    this.#head = segment;
    this.#segments.push(segment);
    return segment;
  }

  async append(bytes: Uint8Array): ReturnType<SegmentFiles['append']> {
    if (this.#head === undefined || this.#file === undefined)
      return { ok: false, error: new JournalError('no_head', 'nothing to write to'), leftover: false };
    try {
      await this.#file.append(bytes);
      this.#head.bytes += bytes.length;
      return { ok: true };
    } catch (cause) {
      const error = cause instanceof Error ? cause : new JournalError('no_head', String(cause));
      try {
        await this.#file.truncate(this.#head.bytes);
        return { ok: false, error, leftover: false };
      } catch {
        await this.#giveUp();
        return { ok: false, error, leftover: true };
      }
    }
  }

  async sync(): Promise<void> {
    try {
      if (this.#file === undefined) throw new JournalError('no_head', 'nothing to sync');
      await this.#file.sync();
      if (!this.#isNamed) await this.#fs.syncFolder(this.#folder);
      this.#isNamed = true;
    } catch (error) {
      await this.#giveUp();
      throw error;
    }
  }

  async missing(): Promise<Segment[]> {
    const names = new Set(await this.#fs.list(this.#folder));
    const gone = this.#segments.filter((segment) => !names.has(fileName(segment)));
    this.#segments = this.#segments.filter((segment) => !gone.includes(segment));
    if (this.#head !== undefined && gone.includes(this.#head)) await this.#giveUp();
    return gone;
  }

  syncOld(segment: Segment): Promise<void> {
    return this.#fs.syncFile(this.#pathOf(segment));
  }

  async recover(segment: Segment): Promise<Uint8Array> {
    const bytes = await this.#fs.read(this.#pathOf(segment), MAX_SEGMENT_BYTES);
    segment.bytes = bytes.length;
    return bytes;
  }

  read(segment: Segment): Promise<Uint8Array> {
    return this.#fs.read(this.#pathOf(segment), MAX_SEGMENT_BYTES);
  }

  async removeOldest(): Promise<void> {
    const oldest = this.#segments[0];
    if (oldest === undefined || oldest === this.#head) return;
    await this.#fs.remove(this.#pathOf(oldest));
    this.#segments.shift();
  }

  async discard(segment: Segment): Promise<void> {
    if (segment === this.#head) await this.#giveUp();
    try {
      await this.#fs.remove(this.#pathOf(segment));
      this.#segments = this.#segments.filter((other) => other !== segment);
    } catch {
      // It stays among the this.#segments, counted, and goes when it is the oldest.
    }
  }

  close(): Promise<void> {
    return this.#giveUp();
  }

  #pathOf(segment: Segment): string {
    return join(this.#folder, fileName(segment));
  }

  async #giveUp(): Promise<void> {
    const old = this.#file;
    this.#file = undefined;
    this.#head = undefined;
    // What failed may fail to close, too; there is nothing left to lose in it.
    await old?.close().catch(() => {});
  }

  async #newFile(segment: Segment, bytes: Uint8Array): Promise<JournalFile> {
    const created = await this.#fs.create(this.#pathOf(segment));
    try {
      await created.append(bytes);
      return created;
    } catch (error) {
      await created.close().catch(() => {});
      await this.#fs.remove(this.#pathOf(segment)).catch(() => {});
      throw error;
    }
  }
}

/** Finds the segments there are; none of them is the head. Rejects when the folder cannot be read. */
export const openSegmentFiles = async (fs: JournalFs, folder: string): Promise<SegmentFiles> => {
  const found = (await fs.list(folder)).flatMap((name) => FILE_NAME.exec(name)?.[1] ?? []);
  const segments: Segment[] = found.map((digits) => ({ number: Number(digits), bytes: 0, liveBytes: 0 }));
  return new Files(
    fs,
    folder,
    segments.sort((a, b) => a.number - b.number),
  );
};
