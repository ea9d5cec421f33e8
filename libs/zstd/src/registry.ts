/** The registry of all dictionaries: what is committed beside it, and what can be installed. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface DictionaryEntry {
  /** `a` and `b` belong to others and are installed; `c` is ours and comes with Cotbus. */
  readonly generation: 'a' | 'b' | 'c';
  readonly use: 'general' | 'air';
  /** In the flags byte of a frame. */
  readonly number: number;
  readonly file: string;
  readonly bytes: number;
  /** Hexadecimal; left out where nobody here has seen the file: it is installed on trust. */
  readonly sha256?: string;
  /** Where it can be fetched. */
  readonly origin?: string;
}

/** The folder with the registry and our own dictionaries. */
export const OWN_FOLDER = fileURLToPath(new URL('../../../dictionaries/', import.meta.url));

/** Where others are installed, seen from where Cotbus runs. */
export const INSTALL_FOLDER = join('data', 'dictionaries');

export const readRegistry = (): readonly DictionaryEntry[] =>
  (JSON.parse(readFileSync(join(OWN_FOLDER, 'registry.json'), 'utf8')) as { dictionaries: DictionaryEntry[] })
    .dictionaries;

/** Where a dictionary lies; installed ones by generation, because their files are named alike. */
export const pathOf = ({ generation, file }: DictionaryEntry, folder: string): string =>
  generation === 'c' ? join(OWN_FOLDER, file) : join(folder, generation, file);

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const MAGIC = 'magic 37a430ec';

/**
 * What is wrong with a file; undefined when nothing is.
 *
 * @param trusted the SHA-256 that somebody trusted, for an entry without one
 */
export const dictionaryFault = (
  bytes: Uint8Array,
  entry: DictionaryEntry,
  trusted: string | undefined,
): string | undefined => {
  if (bytes.length !== entry.bytes) return `${bytes.length} bytes, expected ${entry.bytes}`;
  if (`magic ${Buffer.from(bytes.subarray(0, 4)).toString('hex')}` !== MAGIC) return `no zstd dictionary: no ${MAGIC}`;
  const sha256 = sha256Of(bytes);
  const expected = entry.sha256 ?? trusted;
  if (expected === undefined) return `its SHA-256 ${sha256} is not known here; --trust takes it nonetheless`;
  return sha256 === expected ? undefined : `SHA-256 ${sha256}, expected ${expected}`;
};
