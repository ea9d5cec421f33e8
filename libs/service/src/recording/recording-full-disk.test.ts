import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { nodeJournalFs } from '../journal/node-journal-fs.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { useSmallDisk } from '../testing/small-disk.ts';
import { readRecording } from './read-recording.ts';
import { openRecordingWriter } from './recording-writer.ts';

const { folder, isMounted } = useSmallDisk();

describe(`a recording on a full disk${isMounted ? '' : ' (skipped: a tmpfs cannot be mounted here)'}`, () => {
  it.runIf(isMounted)('says so, loses nothing that was written, and goes on when there is space', async () => {
    const clock = fakeClock();
    const faults: (string | undefined)[] = [];
    const writer = await openRecordingWriter({
      folder: join(folder, 'recordings'),
      maxBytes: 1 << 30,
      fs: nodeJournalFs,
      clock,
      by: 'test',
      onFault: (fault) => faults.push(fault),
      count: () => undefined,
    });
    let id = 0;
    /** Entries of 12 KB, until the writer says that it can, or cannot. */
    const putUntil = async (expected: unknown): Promise<void> =>
      vi.waitFor(
        () => {
          if (id < 200) writer.put({ type: 'note', id: (id += 1), noise: randomBytes(9000).toString('base64') });
          clock.advance(1000);
          expect(faults.at(-1)).toEqual(expected);
        },
        { interval: 5, timeout: 20_000 },
      );
    writeFileSync(join(folder, 'ballast'), new Uint8Array(128 * 1024));
    await putUntil(expect.stringMatching(/\(ENOSPC\)$/));
    const before = id;
    rmSync(join(folder, 'ballast'));
    await putUntil(undefined);
    await writer.close();
    let notes = 0;
    for await (const line of readRecording(join(folder, 'recordings'))) {
      expect(line.kind).toBe('other');
      notes += 1;
    }
    expect(notes).toBeGreaterThanOrEqual(before);
  });
});
