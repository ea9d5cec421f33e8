/** What `cotbus encode` and `cotbus decode` are given, and the lines they answer with. */
import { open } from 'node:fs/promises';

/** Bytes of one input: what an event may have, in the widest characters. */
const MAX_INPUT_BYTES = 4 * 1024 * 1024;
const STDIN = '-';

/** A refusal as the lines name it: a reason of docs/ERRORS.md, or `no_file`. */
export interface Fault {
  readonly code: string;
  readonly message: string;
}

export type Input = { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly error: Fault };

/** A file, or all of standard input for `-`. */
export const readInput = async (path: string): Promise<Input> => {
  try {
    return path === STDIN ? await readWhole(process.stdin as AsyncIterable<Uint8Array>) : await readFile(path);
  } catch (error) {
    return { ok: false, error: { code: 'no_file', message: faultOf(error) } };
  }
};

const readFile = async (path: string): Promise<Input> => {
  const file = await open(path);
  try {
    return await readWhole(file.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>);
  } finally {
    await file.close();
  }
};

const readWhole = async (stream: AsyncIterable<Uint8Array>): Promise<Input> => {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    parts.push(part);
    length += part.length;
    if (length > MAX_INPUT_BYTES) {
      return { ok: false, error: { code: 'too_large', message: `more than ${MAX_INPUT_BYTES} bytes` } };
    }
  }
  return { ok: true, bytes: new Uint8Array(Buffer.concat(parts)) };
};

const NO_SUCH_FILE = 'no such file';
const faults: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', NO_SUCH_FILE],
  ['ENOTDIR', NO_SUCH_FILE],
  ['ENAMETOOLONG', NO_SUCH_FILE],
  ['ERR_INVALID_ARG_VALUE', NO_SUCH_FILE],
  ['EISDIR', 'a folder, not a file'],
  ['EACCES', 'no permission to read it'],
  ['EPERM', 'no permission to read it'],
]);

/** What is wrong with a file, in words; of other errors their message. */
export const faultOf = (error: unknown): string => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === undefined && error instanceof Error) return error.message;
  return faults.get(code) ?? `it cannot be read: ${String(code ?? error)}`;
};

/** @returns what the line of a refused input says of it */
export const faultLine = ({ reason, detail }: { readonly reason: string; readonly detail: string }): Fault => ({
  code: reason,
  message: detail,
});

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const endQuietly = (): void => process.exit();

/** For commands that print many lines: when whoever reads them has seen enough, as `head` has, they end without a word. */
export const endWithReader = (): void => {
  process.stdout.off('error', endQuietly).once('error', endQuietly);
};

/** Prints one JSON object, or the texts; what has an error makes the exit status 1. */
export const printLine = (
  line: { readonly error?: Fault },
  json: boolean | undefined,
  texts: readonly string[],
): void => {
  if (line.error !== undefined) process.exitCode = 1;
  if (json === true) console.log(JSON.stringify(line));
  else for (const text of texts) (line.error === undefined ? console.log : console.error)(text);
};
