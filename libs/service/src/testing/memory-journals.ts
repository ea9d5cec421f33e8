import { createMemoryFs } from '../journal/testing/memory-fs.ts';
import type { MemoryFs } from '../journal/testing/memory-fs.ts';
import type { JournalPlace } from '../service.ts';

/** A place for journals in memory: it outlives the services of a test that share it, and nothing else. */
export const memoryJournals = (): JournalPlace & { readonly fs: MemoryFs } => ({
  folder: '/journals',
  durable: false,
  fs: createMemoryFs(),
});
