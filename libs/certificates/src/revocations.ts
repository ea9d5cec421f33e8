/**
 * Who is shut out: a text file, one certificate a line, that only grows and that the TLS listener consults.
 *
 *     AB:CD:…:EF  2026-11-20T12:00:00.000Z  name of the person
 */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from './fault.ts';

export const revocationFile = (folder: string): string => join(folder, 'revoked.txt');

export interface Revocations {
  /** SHA-256 in the form of Node's `fingerprint256`: pairs of upper case digits with colons. */
  readonly fingerprints: ReadonlySet<string>;
  /** Numbers of the lines that could not be read: somebody should look at the file. */
  readonly badLines: readonly number[];
}

const LINE = /^\s*((?:[0-9A-F]{2}:){31}[0-9A-F]{2})(?:\s|$)/i;

/**
 * No file is an empty list. Throws what the file system throws for a file that is there and cannot be read: whoever asks
 * must not let everybody in.
 */
export const readRevocations = async (folder: string): Promise<Revocations> => {
  const lines = (await readText(revocationFile(folder))).split('\n');
  const fingerprints = new Set<string>();
  const badLines: number[] = [];
  for (const [index, line] of lines.entries()) {
    const found = LINE.exec(line)?.[1];
    if (found !== undefined) fingerprints.add(found.toUpperCase());
    else if (line.trim() !== '' && !line.startsWith('#')) badLines.push(index + 1);
  }
  return { fingerprints, badLines };
};

export const addRevocation = async (
  folder: string,
  fingerprint: string,
  name: string,
  nowMs: number,
): Promise<void> => {
  const path = revocationFile(folder);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const before = await readText(path);
  // A line that a crash cut off must not swallow this one.
  const start = before === '' || before.endsWith('\n') ? '' : '\n';
  await appendFile(path, `${start}${fingerprint}  ${new Date(nowMs).toISOString()}  ${name}\n`, {
    mode: 0o600,
    flush: true,
  });
};

const readText = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
};
