/** `cotbus dictionaries list|install`: what compressed frames need. */
import { resolve } from 'node:path';
import { printable, systemClock } from '@cotbus/service';
import { findDictionaries, INSTALL_FOLDER, installDictionaries, openZstd, ZSTD_REMEDY } from '@cotbus/zstd';
import type { FoundDictionary } from '@cotbus/zstd';
import { showProgress } from '../progress.ts';

export interface DictionariesOptions {
  /** Where dictionaries of others are installed. */
  readonly folder?: string;
}

export interface InstallOptions extends DictionariesOptions {
  readonly from?: string;
  readonly trust?: boolean;
}

const folderOf = ({ folder = INSTALL_FOLDER }: DictionariesOptions): string => resolve(folder);

export const listDictionaries = (options: DictionariesOptions): void => {
  const folder = folderOf(options);
  for (const line of dictionaryLines(findDictionaries(folder), folder, openZstd()?.name)) console.log(line);
};

export const installFrom = async ({ from, trust = false, ...options }: InstallOptions): Promise<void> => {
  const endProgress = showProgress(() => `Fetching from ${from ?? 'their origin'} …`, systemClock);
  const steps = await installDictionaries({ from, trust, folder: folderOf(options) }).finally(endProgress);
  for (const { ok, text } of steps) (ok ? console.log : console.error)(printable(text));
  if (steps.some(({ ok }) => !ok)) process.exitCode = 1;
};

/** What cannot be read, or not be sent, until a generation is there. */
const waiting: Readonly<Record<FoundDictionary['entry']['generation'], string>> = {
  a: 'compressed frames of the TAKPacket SDK 0.1 to 0.3',
  b: 'compressed frames of the phone apps, and sending them',
  c: 'compressed frames of other Cotbus gateways, and sending them',
};

/** @param engine name of the zstd engine; undefined when there is none */
export const dictionaryLines = (
  found: readonly FoundDictionary[],
  folder: string,
  engine: string | undefined,
): readonly string[] => {
  const rows = found.map(({ entry, path, bytes, fault }) => {
    const state = fault !== '' ? `not used: ${fault}` : bytes === undefined ? 'missing' : 'installed';
    const size = `${entry.bytes} bytes`.padStart(12);
    return printable(`${entry.generation.toUpperCase()}  ${entry.use.padEnd(7)}  ${size}  ${state}  ${path}`);
  });
  const lacking = (['a', 'b', 'c'] as const).filter((generation) =>
    found.some(({ entry, bytes }) => entry.generation === generation && bytes === undefined),
  );
  return [
    ...rows,
    engine === undefined ? `zstd: none here, everything goes raw; ${ZSTD_REMEDY}` : `zstd: ${engine}`,
    ...lacking.map((generation) => `Waiting for generation ${generation.toUpperCase()}: ${waiting[generation]}`),
    ...(lacking.length === 0 ? [] : [`To install: cotbus dictionaries install --help (into ${folder})`]),
  ];
};
