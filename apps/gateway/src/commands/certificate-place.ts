/** Where the commands about certificates keep them, and how they say what went wrong. */
import { join, resolve } from 'node:path';
import { printable } from '@cotbus/service';
import type { CertificateFault } from '@cotbus/certificates';
import { readConfig } from '../read-config.ts';

export interface PlaceOptions {
  readonly config?: string;
  readonly folder?: string;
}

/** The folder named, or `certificates` in that of the journals. @returns undefined after it said what is wrong */
export const certificateFolder = ({ config, folder }: PlaceOptions): string | undefined => {
  if (folder !== undefined) return resolve(folder);
  const read = readConfig(config);
  if (read.ok) return resolve(join(read.options.journals.folder, 'certificates'));
  for (const fault of read.faults) console.error(fault);
  process.exitCode = 1;
  return undefined;
};

/** One line each; the exit status becomes 1. */
export const complain = (...faults: readonly CertificateFault[]): void => {
  for (const { reason, detail } of faults) console.error(printable(`${reason}: ${detail}`));
  process.exitCode = 1;
};
