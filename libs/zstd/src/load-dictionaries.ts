/** Which dictionaries are there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dictionaryFault, pathOf, readRegistry, sha256Of } from './registry.ts';
import type { DictionaryEntry } from './registry.ts';

export interface FoundDictionary {
  readonly entry: DictionaryEntry;
  readonly path: string;
  /** Undefined when it is missing or not what it should be. */
  readonly bytes: Uint8Array | undefined;
  /** Why it is not used although there is a file; empty otherwise. */
  readonly fault: string;
}

/** One of these is what the codec's wire takes. */
export interface UsableDictionary {
  readonly generation: DictionaryEntry['generation'];
  readonly use: DictionaryEntry['use'];
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** Every dictionary of the registry. @param folder where A and B are installed */
export const findDictionaries = (folder: string): readonly FoundDictionary[] => {
  const trusted = readTrusted(folder);
  return readRegistry().map((entry) => {
    const path = pathOf(entry, folder);
    if (!existsSync(path)) return { entry, path, bytes: undefined, fault: '' };
    try {
      const bytes = new Uint8Array(readFileSync(path));
      const fault = dictionaryFault(bytes, entry, trusted[trustName(entry)]);
      return fault === undefined ? { entry, path, bytes, fault: '' } : { entry, path, bytes: undefined, fault };
    } catch (error) {
      return { entry, path, bytes: undefined, fault: error instanceof Error ? error.message : 'unreadable' };
    }
  });
};

/** Those that can be used. */
export const usableDictionaries = (found: readonly FoundDictionary[]): readonly UsableDictionary[] =>
  found.flatMap(({ entry: { generation, use, number }, bytes }) =>
    bytes === undefined ? [] : [{ generation, use, number, bytes }],
  );

/** By `generation/file`: what was installed on somebody's word is taken only as it was then. */
type Trusted = Readonly<Record<string, string>>;

const trustFile = (folder: string): string => join(folder, 'trusted.json');
const trustName = ({ generation, file }: DictionaryEntry): string => `${generation}/${file}`;

const readTrusted = (folder: string): Trusted => {
  try {
    const read: unknown = JSON.parse(readFileSync(trustFile(folder), 'utf8'));
    return typeof read === 'object' && read !== null ? (read as Trusted) : {};
  } catch {
    return {};
  }
};

/** The content of the trust file with one more dictionary in it. */
export const withTrusted = (
  folder: string,
  entry: DictionaryEntry,
  bytes: Uint8Array,
): { readonly path: string; readonly text: string } => ({
  path: trustFile(folder),
  text: `${JSON.stringify({ ...readTrusted(folder), [trustName(entry)]: sha256Of(bytes) }, undefined, 2)}\n`,
});
