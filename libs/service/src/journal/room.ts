/**
 * Keeps a journal within its bytes. Segments go oldest first, so what tells that a version is dead always outlives
 * every copy of it. What is still alive in the oldest segment is copied to the head before.
 */
import { decodeEntry } from './entry.ts';
import type { LiveIndex, Version } from './live-index.ts';
import { RECORD_HEADER_BYTES, scanRecords } from './record.ts';
import type { Segment, SegmentFiles } from './segment-files.ts';

/** A segment is copied early when less than this share of it is alive: cheap, and what is behind it can go. */
const MOSTLY_DEAD = 0.25;

export interface RoomOptions {
  readonly files: SegmentFiles;
  readonly index: LiveIndex;
  readonly segmentBytes: number;
  /** Segments at most, among them one for copies. */
  readonly maxSegments: number;
  /** Whether live versions are copied; if not, they go with their segment. */
  readonly keepsLive: boolean;
  /** What a new segment begins with. */
  readonly startRecord: () => Uint8Array;
  readonly onLost: (keys: readonly string[]) => void;
}

/** All reject with the error of the file system; nothing alive is lost by that. */
export interface Room {
  /** Bytes that fit into the head. */
  readonly headBytes: number;
  /** Makes the head take so many bytes. @returns false when everything is alive. */
  make(bytes: number): Promise<boolean>;
  /** Removes the oldest segments as long as nothing in them is alive. */
  removeDead(): Promise<void>;
  /** removeDead, and copies what is alive in the oldest segment when it is mostly dead, or there are too many. */
  tidy(): Promise<void>;
}

interface Copy {
  readonly version: Version;
  readonly record: Uint8Array;
}

export const createRoom = (options: RoomOptions): Room => {
  const { files, index, segmentBytes, maxSegments, keepsLive, startRecord, onLost } = options;

  const headBytes = (): number => (files.head === undefined ? 0 : segmentBytes - files.head.bytes);
  const isCrowded = (): boolean => files.segments.length >= maxSegments - 1;

  /** Live records of a segment. A file that is gone has none. */
  const liveRecords = async (segment: Segment): Promise<Copy[]> => {
    let bytes: Uint8Array;
    try {
      bytes = await files.read(segment);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
    return scanRecords(bytes).records.flatMap(({ offset, body }) => {
      const entry = decodeEntry(body);
      const version = entry?.kind === 'put' ? index.find(entry.key, entry.seq) : undefined;
      if (version?.place !== segment) return [];
      return [{ version, record: bytes.subarray(offset, offset + RECORD_HEADER_BYTES + body.length) }];
    });
  };
  const copyToHead = async (copies: readonly Copy[]): Promise<void> => {
    for (let done = 0; done < copies.length;) {
      if ((copies[done]?.record.length ?? 0) > headBytes()) await files.roll(startRecord());
      const chunk: Copy[] = [];
      for (let free = headBytes(); done < copies.length; done += 1) {
        const copy = copies[done];
        if (copy === undefined || copy.record.length > free) break;
        free -= copy.record.length;
        chunk.push(copy);
      }
      const appended = await files.append(Buffer.concat(chunk.map(({ record }) => record)));
      if (!appended.ok) throw appended.error;
      // The original may have been on the disk; so must the copy be before the original goes.
      await files.sync();
      const { head } = files;
      if (head !== undefined) for (const { version } of chunk) index.place(version, head);
    }
  };
  const reclaimOldest = async (): Promise<void> => {
    const oldest = files.segments[0];
    if (oldest === undefined || oldest === files.head) return;
    if (keepsLive && oldest.liveBytes > 0) {
      await copyToHead(await liveRecords(oldest));
      if (oldest.liveBytes > 0) onLost(index.evict(oldest));
    }
    await files.removeOldest();
  };
  const removeDead = async (): Promise<void> => {
    while (files.segments.length > 1 && files.segments[0] !== files.head && files.segments[0]?.liveBytes === 0) {
      await files.removeOldest();
    }
  };

  return {
    get headBytes() {
      return headBytes();
    },
    make: async (bytes) => {
      if (bytes <= headBytes()) return true;
      // One round over all segments copies everything alive once; more rounds would gain nothing.
      for (let turns = files.segments.length; isCrowded() && turns > 0; turns -= 1) await reclaimOldest();
      if (bytes <= headBytes()) return true;
      if (isCrowded()) return false;
      await files.roll(startRecord());
      return true;
    },
    removeDead: async () => {
      if (keepsLive) await removeDead();
    },
    tidy: async () => {
      if (!keepsLive) return;
      await removeDead();
      const oldest = files.segments[0];
      if (oldest === undefined || oldest === files.head) return;
      // Many short lives leave many short segments.
      const isCheap = oldest.liveBytes < MOSTLY_DEAD * oldest.bytes;
      if (isCheap || files.segments.length >= maxSegments) await reclaimOldest();
    },
  };
};
