/** `cotbus export`: everything that is kept of people, or of one of them, as JSON lines. Cotbus may run meanwhile. */
import { systemClock } from '@cotbus/service';
import { readKept } from '../kept/erase.ts';
import { showProgress } from '../progress.ts';
import { keptPlaces, keptWish } from './kept-places.ts';
import type { KeptOptions } from './kept-places.ts';

export const exportKept = async (options: KeptOptions): Promise<void> => {
  const places = keptPlaces(options);
  if (places === undefined) return;
  let count = 0;
  const endProgress = showProgress(() => `${count} entries …`, systemClock);
  for await (const { store, place, atMs, content } of readKept(places, keptWish(options))) {
    count += 1;
    console.log(JSON.stringify({ store, place, ...(atMs !== undefined && { at: timeText(atMs) }), content }));
  }
  endProgress();
  console.error(`${count} entries in ${places.data}`);
};

/** Times of strangers may be no times. */
const timeText = (atMs: number): string | undefined => {
  const time = new Date(atMs);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
};
