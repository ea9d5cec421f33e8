/** `cotbus erase`: what is kept of people, or of one of them, goes. Only while Cotbus does not run on the folder. */
import { JournalError, printable, systemClock } from '@cotbus/service';
import { eraseKept, readKept } from '../kept/erase.ts';
import type { KeptPlaces } from '../kept/erase.ts';
import { openedBy, removeCustody } from '../kept/kept-journals.ts';
import { showProgress } from '../progress.ts';
import { keptPlaces, keptWish } from './kept-places.ts';
import type { KeptOptions } from './kept-places.ts';

export interface EraseOptions extends KeptOptions {
  /** Everything of everybody. */
  readonly all?: boolean;
  /** Journals of custody, too: whole. */
  readonly withJournals?: boolean;
  readonly yes?: boolean;
}

export const eraseKeptOf = async (options: EraseOptions): Promise<void> => {
  const { all = false, uid, callsign, before } = options;
  const isNamed = uid.length + callsign.length > 0 || before !== undefined;
  if (isNamed === all) return refuse(['Say what shall go: --uid, --callsign, --before, or --all.']);
  const places = keptPlaces(options);
  if (places === undefined) return;
  const holders = await openedBy(places.data, places.recordings);
  if (holders.length > 0) {
    return refuse([
      `Cotbus runs on ${printable(places.data)} (${holders.join(', ')}). Stop it first; nothing was removed.`,
    ]);
  }
  if (options.yes === true) await erase(places, options);
  else await announce(places, options);
};

const refuse = (lines: readonly string[]): void => {
  for (const line of lines) console.error(line);
  process.exitCode = 2;
};

const CUSTODY_NOTE =
  'Not touched: what is on its way, and what has ended since the last snapshot of a journal of custody (up to 20 000 entries). ' +
  'With --with-journals these journals go whole, and what is on its way in them is lost.';

const table = (counts: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(counts).map(([store, count]) => `  ${store.padEnd(12)} ${count}`);

const announce = async (places: KeptPlaces, options: EraseOptions): Promise<void> => {
  const counts: Record<string, number> = {};
  for await (const { store } of readKept(places, keptWish(options))) counts[store] = (counts[store] ?? 0) + 1;
  const { journals = 0, ...others } = counts;
  console.log([`Would go from ${printable(places.data)}:`, ...table(others)].join('\n'));
  if (journals > 0) console.log(`${journals} entries in journals of custody may be about it. ${CUSTODY_NOTE}`);
  refuse(['Nothing was removed. To remove it, say it again with --yes.']);
};

const erase = async (places: KeptPlaces, options: EraseOptions): Promise<void> => {
  try {
    const endProgress = showProgress(() => `Removing from ${places.data} …`, systemClock);
    const { counts, elsewhere } = await eraseKept(places, keptWish(options)).finally(endProgress);
    const removed = options.withJournals === true ? await removeCustody(places.data) : [];
    console.log([`Gone from ${printable(places.data)}:`, ...table(counts)].join('\n'));
    if (counts['outcomes'] !== undefined) console.log('Outcomes keep their reason and time, and say no more of whom.');
    for (const path of elsewhere) console.log(`A copy lies outside, and is left: ${printable(path)}`);
    console.log(removed.length > 0 ? `Journals that are gone: ${removed.join(', ')}` : CUSTODY_NOTE);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    refuse([`${error.message}. Some of it may be gone: say it again.`]);
  }
};
