/** Installs dictionaries that are not ours to ship: checked, then put where workers look. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { folderSource, SourceError, webSource } from './dictionary-source.ts';
import type { DictionarySource, Get } from './dictionary-source.ts';
import { withTrusted } from './load-dictionaries.ts';
import { dictionaryFault, pathOf, readRegistry, sha256Of } from './registry.ts';
import type { DictionaryEntry } from './registry.ts';

export interface InstallWish {
  /** A folder or an address of one; the registry's origins when left out. */
  readonly from?: string | undefined;
  /** Take dictionaries whose SHA-256 is not known. */
  readonly trust: boolean;
  /** Where they go. */
  readonly folder: string;
}

export interface InstallStep {
  readonly ok: boolean;
  /** One line for a person. */
  readonly text: string;
}

/** The two files of a generation have the same names in each. */
type Pair = readonly [general: DictionaryEntry, air: DictionaryEntry];

/** One step for each file that was, or was not, installed; never throws for what it is given. */
export const installDictionaries = async (
  { from, trust, folder }: InstallWish,
  get?: Get,
): Promise<readonly InstallStep[]> => {
  const pairs = installablePairs(readRegistry());
  if (from === undefined) {
    const steps: InstallStep[] = [];
    for (const pair of pairs) steps.push(...(await installFromOrigin(pair, { trust, folder }, get)));
    return steps;
  }
  const sources = /^https?:\/\//i.test(from)
    ? [webSource(from, get)]
    : ['', 'dictionaries', 'a', 'b'].map((name) => folderSource(join(from, name)));
  const steps: InstallStep[] = [];
  for (const source of sources) steps.push(...(await installFrom(source, pairs, { trust, folder })));
  return steps.length > 0 ? steps : [{ ok: false, text: `${from}: there is no ${pairs[0]?.[0].file ?? 'dictionary'}` }];
};

const installablePairs = (entries: readonly DictionaryEntry[]): readonly Pair[] =>
  (['a', 'b'] as const).flatMap((generation) => {
    const [general, air] = (['general', 'air'] as const).map((use) =>
      entries.find((entry) => entry.generation === generation && entry.use === use),
    );
    return general === undefined || air === undefined ? [] : [[general, air] as const];
  });

const installFromOrigin = async (
  pair: Pair,
  wish: { readonly trust: boolean; readonly folder: string },
  get: Get | undefined,
): Promise<readonly InstallStep[]> => {
  const [{ generation, origin = '', sha256 }] = pair;
  const target = join(wish.folder, generation);
  if (sha256 === undefined && !wish.trust) {
    return [
      {
        ok: true,
        text: `generation ${generation.toUpperCase()}: left out, its SHA-256 is not known here (--trust takes it)`,
      },
    ];
  }
  const steps = await installFrom(webSource(dirname(origin), get), [pair], wish);
  const isThere = steps.some(({ ok }) => ok);
  return isThere
    ? steps
    : [
        ...steps,
        ...(steps.length === 0 ? [{ ok: false, text: `${origin}: not there` }] : []),
        {
          ok: false,
          text: `Fetch ${pair.map((entry) => entry.origin).join(' and ')} elsewhere and put them into ${target}`,
        },
      ];
};

/** Nothing when the source has no dictionaries. The size of the general one tells the generation of both. */
const installFrom = async (
  source: DictionarySource,
  pairs: readonly Pair[],
  wish: { readonly trust: boolean; readonly folder: string },
): Promise<readonly InstallStep[]> => {
  const file = pairs[0]?.[0].file ?? '';
  const maxBytes = Math.max(...pairs.map(([general]) => general.bytes));
  try {
    const general = await source.read(file, maxBytes);
    if (general === undefined) return [];
    const pair = pairs.find(([entry]) => entry.bytes === general.length);
    if (pair === undefined) {
      const sizes = pairs.map(([entry]) => entry.bytes).join(' or ');
      return [{ ok: false, text: `${source.name}/${file}: not a dictionary of ${sizes} bytes` }];
    }
    const air = await source.read(pair[1].file, pair[1].bytes);
    const missing = { ok: false, text: `${source.name}: there is no ${pair[1].file}` };
    return [
      await place(general, pair[0], source, wish),
      air === undefined ? missing : await place(air, pair[1], source, wish),
    ];
  } catch (error) {
    if (error instanceof SourceError) return [{ ok: false, text: error.message }];
    throw error;
  }
};

const place = async (
  bytes: Uint8Array,
  entry: DictionaryEntry,
  source: DictionarySource,
  { trust, folder }: { readonly trust: boolean; readonly folder: string },
): Promise<InstallStep> => {
  const isUnknown = entry.sha256 === undefined;
  const fault = dictionaryFault(bytes, entry, isUnknown && trust ? sha256Of(bytes) : undefined);
  if (fault !== undefined) return { ok: false, text: `${source.name}/${entry.file}: ${fault}` };
  const path = pathOf(entry, folder);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, bytes);
    if (isUnknown) {
      const { path: trustPath, text } = withTrusted(folder, entry, bytes);
      await writeWhole(trustPath, text);
    }
  } catch (error) {
    return { ok: false, text: error instanceof Error ? error.message : path };
  }
  return { ok: true, text: `${path}: installed, ${bytes.length} bytes, SHA-256 ${sha256Of(bytes)}` };
};

/** A worker that starts meanwhile sees the old file or the new one. */
const writeWhole = async (path: string, content: Uint8Array | string): Promise<void> => {
  const draft = `${path}.${process.pid}.part`;
  await writeFile(draft, content);
  await rename(draft, path);
};
