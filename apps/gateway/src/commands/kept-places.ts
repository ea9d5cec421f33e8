/** Which data folder `export` and `erase` are about, and whom. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '@cotbus/service';
import { wishFor } from '../kept/kept-entry.ts';
import type { KeptWish } from '../kept/kept-entry.ts';
import type { KeptPlaces } from '../kept/erase.ts';
import { readConfig } from '../read-config.ts';

export interface KeptOptions {
  readonly config?: string;
  readonly data?: string;
  readonly uid: readonly string[];
  readonly callsign: readonly string[];
  /** Epoch milliseconds. */
  readonly before?: number;
}

export const keptWish = ({ uid, callsign, before }: KeptOptions): KeptWish => wishFor(uid, callsign, before);

/** Says what is wrong, and sets the exit status, where it cannot be known. */
export const keptPlaces = ({ config, data, uid, callsign }: KeptOptions): KeptPlaces | undefined => {
  const fail = (lines: readonly string[]): undefined => {
    for (const line of lines) console.error(line);
    process.exitCode = 2;
    return undefined;
  };
  if ([...uid, ...callsign].includes('')) return fail(['--uid and --callsign: expected a name']);
  const found = data === undefined ? configured(config) : { data, recordings: join(data, 'recordings') };
  if ('faults' in found) return fail(found.faults);
  return existsSync(found.data)
    ? found
    : fail([`${printable(found.data)} is not there. Name the data folder with --data.`]);
};

const configured = (file: string | undefined): KeptPlaces | { readonly faults: readonly string[] } => {
  const read = readConfig(file);
  return read.ok
    ? { data: read.options.journals.folder, recordings: read.options.record.folder }
    : { faults: read.faults };
};
