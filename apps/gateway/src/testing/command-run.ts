/** A word of the command line in this process: what it prints is kept. For the tests of one file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { createCommandLine } from '../command-line.ts';

export interface CommandRun {
  /** Lines on standard output and on standard error. */
  readonly printed: string[];
  readonly complained: string[];
  /** A folder of its own for each test. */
  folder: string;
  /** Writes a file into it. @returns its path */
  readonly file: (name: string, content: string | Uint8Array) => string;
  readonly run: (...words: readonly string[]) => Promise<unknown>;
  /** Another word than that of the file; what was printed before is forgotten. */
  readonly runWord: (...words: readonly string[]) => Promise<unknown>;
  /** With `--json`. @returns the lines of this run */
  readonly runJson: <Line>(...words: readonly string[]) => Promise<Line[]>;
}

export const useCommandRun = (word: string): CommandRun => {
  const command: CommandRun = {
    printed: [],
    complained: [],
    folder: '',
    file: (name, content) => {
      const path = join(command.folder, name);
      writeFileSync(path, content);
      return path;
    },
    run: (...words) => createCommandLine().parseAsync(['node', 'cotbus', word, ...words]),
    runWord: (...words) => {
      for (const lines of [command.printed, command.complained]) lines.length = 0;
      return createCommandLine().parseAsync(['node', 'cotbus', ...words]);
    },
    runJson: async <Line>(...words: readonly string[]) => {
      command.printed.length = 0;
      await command.run('--json', ...words);
      return command.printed.map((line) => JSON.parse(line) as Line);
    },
  };
  beforeEach(() => {
    command.folder = mkdtempSync(join(tmpdir(), `cotbus-${word}-`));
    for (const lines of [command.printed, command.complained]) lines.length = 0;
    vi.spyOn(console, 'log').mockImplementation((line: string) => command.printed.push(line));
    vi.spyOn(console, 'error').mockImplementation((line: string) => command.complained.push(line));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
    rmSync(command.folder, { recursive: true, force: true });
  });
  return command;
};
