/** Secrets from the environment or from a person at the terminal; never from the command line, which everybody can see. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** @returns undefined where neither is there */
export const readPassword = async (variable: string, question: string): Promise<string | undefined> => {
  const given = process.env[variable];
  if (given !== undefined && given !== '') return given;
  if (!process.stdin.isTTY) return undefined;
  process.stderr.write(question);
  // What is typed is not shown.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await new Promise((resolve) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => resolve(undefined));
      lines.once('close', () => resolve(undefined));
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
};
