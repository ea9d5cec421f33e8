/** Alarms outlive the process: one that nobody has acknowledged is still there after a restart. */
import { join } from 'node:path';
import { z } from 'zod';
import { MAX_ALARMS } from './bounds.ts';
import { consoleFolder, readText, writeText } from './own-files.ts';
import type { AlarmView } from './view.ts';

const moment = z.number();
const place = z.number().nullable();
const stored = z.array(
  z.object({
    key: z.string(),
    uid: z.string(),
    callsign: z.string(),
    what: z.string(),
    from: z.enum(['mesh', 'tak']),
    over: z.string(),
    node: z.string(),
    lat: place,
    lon: place,
    firstMs: moment,
    lastMs: moment,
    staleMs: moment,
    times: z.number(),
    cancelledMs: moment.nullable(),
    acknowledged: z.object({ by: z.string(), atMs: moment }).nullable(),
  }),
);

export interface AlarmFile {
  /** Those that were kept; none when the file is missing or damaged. */
  read(): Promise<readonly AlarmView[]>;
  /** Writes them if they differ from what was written last. Calls may overlap: the last one stands. */
  write(alarms: readonly AlarmView[]): Promise<void>;
}

/** @param onFault called when the file could not be read or written: the alarms are then in memory alone. */
export const createAlarmFile = (dataFolder: string, name: string, onFault: (error: unknown) => void): AlarmFile => {
  const path = join(consoleFolder(dataFolder, name), 'alarms.json');
  let written = '[]';
  let last = Promise.resolve();
  return {
    read: async () => {
      try {
        const text = await readText(path);
        return text === undefined ? [] : stored.parse(JSON.parse(text)).slice(-MAX_ALARMS);
      } catch (error) {
        onFault(error);
        return [];
      }
    },
    write: (alarms) => {
      const text = JSON.stringify(alarms);
      if (text !== written) {
        written = text;
        last = last
          .then(() => writeText(path, text))
          .catch((error: unknown) => {
            written = '';
            onFault(error);
          });
      }
      return last;
    },
  };
};
