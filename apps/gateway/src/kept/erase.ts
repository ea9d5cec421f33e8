/** Everything that is kept, in one data folder: read, or made to go. */
import { resolve } from 'node:path';
import type { KeptEntry, KeptWish } from './kept-entry.ts';
import { eraseKeptFiles, readKeptFiles } from './kept-files.ts';
import { eraseKeptJournals, readKeptJournals } from './kept-journals.ts';
import { eraseKeptRecordings, readKeptRecordings } from './kept-recordings.ts';

export interface KeptPlaces {
  /** The data folder (`journals.folder`). */
  readonly data: string;
  readonly recordings: string;
}

export const readKept = async function* ({ data, recordings }: KeptPlaces, wish: KeptWish): AsyncGenerator<KeptEntry> {
  yield* readKeptJournals(data, wish);
  yield* readKeptFiles(data, wish);
  yield* readKeptRecordings(recordings, wish);
};

export interface Erased {
  /** How many of each store. */
  readonly counts: Readonly<Record<string, number>>;
  readonly elsewhere: readonly string[];
}

/** @throws JournalError when a service has a journal open, or the disk does not let it. */
export const eraseKept = async ({ data, recordings }: KeptPlaces, wish: KeptWish): Promise<Erased> => {
  const journals = await eraseKeptJournals(data, wish);
  const { alarms, routes, elsewhere } = await eraseKeptFiles(resolve(data), wish);
  const lines = await eraseKeptRecordings(recordings, wish);
  const all = { ...journals, alarms, routes, recordings: lines };
  return { counts: Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0)), elsewhere };
};
