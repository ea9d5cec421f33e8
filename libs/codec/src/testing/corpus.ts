/** Events and malformed input of our own, found by directory: a new file is in every test that asks for them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../../testdata/', import.meta.url));

export interface CorpusEvent {
  /** Its path without the ending, such as `pli/atak-leader`. */
  readonly name: string;
  /** The kind it must be of: the name of its folder. */
  readonly kind: string;
  readonly xml: string;
}

export interface MalformedInput {
  readonly name: string;
  /** What it is said to be: `xml`, or the number of the port. */
  readonly source: string;
  /** Why it must be refused. */
  readonly reason: string;
  readonly bytes: Uint8Array;
}

/** Paths of all files below a folder of `testdata`, with `/`, in the order of their names. */
export const listTestdata = (folder: string): readonly string[] => {
  const path = join(FOLDER, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(path.length + 1)
        .replaceAll('\\', '/'),
    )
    .toSorted();
};

/** Undefined when there is no such file. */
export const readTestdata = (path: string): Uint8Array | undefined =>
  existsSync(join(FOLDER, path)) ? new Uint8Array(readFileSync(join(FOLDER, path))) : undefined;

/** Undefined removes the file. */
export const writeTestdata = (path: string, content: Uint8Array | string | undefined): void => {
  const file = join(FOLDER, path);
  if (content === undefined) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
};

/** `testdata/cot/KIND/NAME.xml` */
export const corpusEvents = (): readonly CorpusEvent[] =>
  listTestdata('cot').map((path) => ({
    name: path.replace(/\.xml$/, ''),
    kind: path.split('/', 1)[0] ?? '',
    xml: new TextDecoder('utf-8', { fatal: true }).decode(readTestdata(`cot/${path}`)),
  }));

/** `testdata/malformed/SOURCE/REASON/NAME` */
export const malformedInputs = (): readonly MalformedInput[] =>
  listTestdata('malformed').map((name) => {
    const [source = '', reason = ''] = name.split('/');
    return { name, source, reason, bytes: readTestdata(`malformed/${name}`) ?? new Uint8Array() };
  });
