import type { Clock } from '../../clock.ts';
import type { JournalEvent } from '../journal-writer.ts';
import { openJournal } from '../journal.ts';
import type { Journal, JournalOptions } from '../journal.ts';
import { createMemoryFs } from './memory-fs.ts';
import type { MemoryFs } from './memory-fs.ts';

export interface TestJournal<C extends Clock> {
  readonly journal: Journal;
  readonly fs: MemoryFs;
  readonly clock: C;
  readonly events: JournalEvent[];
}

export type TestJournalOptions = Partial<Omit<JournalOptions, 'fs' | 'clock' | 'onEvent'>> & { readonly fs?: MemoryFs };

/** Opens journals of 32 KiB in segments of 4 KiB, in memory, each with a clock of its own. */
export const testJournals =
  <C extends Clock>(makeClock: () => C) =>
  async ({ fs = createMemoryFs(), ...options }: TestJournalOptions = {}): Promise<TestJournal<C>> => {
    const clock = makeClock();
    const events: JournalEvent[] = [];
    const journal = await openJournal({
      folder: '/journals',
      name: 'sink',
      maxBytes: 32_768,
      segmentBytes: 4096,
      nonce: 1n,
      ...options,
      fs,
      clock,
      onEvent: (event) => events.push(event),
    });
    return { journal, fs, clock, events };
  };
