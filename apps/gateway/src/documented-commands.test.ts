/** Every command in the pages for people is one that the program knows; those in blocks of OPERATIONS are run. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCommandLine } from './command-line.ts';
import { useCommandRun } from './testing/command-run.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const pages = [
  'README.md',
  ...['OPERATIONS', 'DEPLOYMENT', 'TAK-LINKS', 'CERTIFICATES', 'ROUTES', 'RECORDINGS', 'METRICS'].map(
    (name) => `docs/${name}.md`,
  ),
];
const read = (page: string): string => readFileSync(join(root, page), 'utf8');

interface Line {
  readonly page: string;
  readonly line: string;
}

/** Lines of code: blocks, fenced or indented, and spans in a text that begin with the command. */
const codeLines = (page: string): readonly string[] => {
  const text = read(page);
  const blocks = [...text.matchAll(/^ *```(?:sh|)\n([\s\S]*?)^ *```/gm)].flatMap(([, code = '']) => code.split('\n'));
  const indented = text.split('\n').filter((line) => /^ {4}(?:npx )?cotbus /.test(line));
  const spans = [...text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/`((?:npx )?cotbus [a-z][^`]*)`/g)].map(
    ([, code = '']) => code,
  );
  return [...blocks, ...indented, ...spans].map((line) => line.trim()).filter(Boolean);
};

/** What is said to cotbus in a line of a page; undefined where it is said to another program. */
const wordsOf = (line: string): readonly string[] | undefined => {
  const said = line.replace(/\s+#.*$/, '').replace(/\s[<>] \S+/g, '');
  const [, direct] = /^(?:npx |\.\/)?cotbus(?:\.cmd)? (.*)$/.exec(said) ?? [];
  const [, start] = /^npm start -- (.*)$/.exec(said) ?? [];
  const [, service = '', inside = ''] = /^docker compose run --rm (?:-T |--no-deps )*(\S+) ?(.*)$/.exec(said) ?? [];
  const words =
    direct ??
    (start === undefined ? undefined : `up ${start}`) ??
    (service === '' ? undefined : service === 'init' ? `init --compose ${inside}` : inside);
  // Brackets say that something may be left out, and two columns of a table what it does.
  return words
    ?.split(/ {2,}/)[0]
    ?.replaceAll(/[[\]]/g, '')
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.replaceAll(/^'|'$/g, ''));
};

const silent = (command: Command): void => {
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  // It is understood, and not done.
  command.action(() => {});
  for (const inner of command.commands) silent(inner);
};

/** @returns why the program does not understand it; empty when it does */
const misunderstood = (words: readonly string[]): string => {
  const program = createCommandLine();
  for (const command of program.commands) silent(command);
  program.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  try {
    program.parse([...words], { from: 'user' });
    return '';
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return ['commander.helpDisplayed', 'commander.help', 'commander.version'].includes(error.code) ? '' : error.message;
  }
};

describe('commands in the pages', () => {
  const said: readonly Line[] = pages.flatMap((page) => codeLines(page).map((line) => ({ page, line })));
  const ours = said.filter(({ line }) => (wordsOf(line) ?? []).length > 0);

  it('are many', () => {
    expect(ours.length).toBeGreaterThan(50);
  });

  it.each(ours)('$page: $line', ({ line }) => {
    // A word alone in a text is a name, and what follows it is missing on purpose.
    const why = misunderstood(wordsOf(line) ?? []);
    expect(why.replace(/^error: missing required argument.*/, '')).toBe('');
  });

  it('are told from those that there are not', () => {
    expect(misunderstood(['fly'])).not.toBe('');
    expect(misunderstood(['config', 'bake'])).not.toBe('');
    expect(misunderstood(['export', '--uids', 'x'])).not.toBe('');
  });

  it.each(said.filter(({ line }) => line.startsWith('npm run ')))('$page: $line', ({ line }) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    expect(Object.keys(scripts)).toContain(line.split(' ')[2]);
  });
});

/** Blocks of OPERATIONS with the note in front of them, if there is one. */
const blocks = [
  ...read('docs/OPERATIONS.md').matchAll(/(?:<!-- not run: ([^>]*) -->\n+)?^ *```sh\n([\s\S]*?)^ *```/gm),
].map(([, note, code = '']) => ({
  note,
  lines: code
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean),
}));
const run = blocks.filter(({ note }) => note === undefined).flatMap(({ lines }) => lines);

describe('OPERATIONS', () => {
  it('says of each block that is not run why not, and names tests that there are', () => {
    const notes = blocks.flatMap(({ note }) => (note === undefined ? [] : [note]));
    expect(notes.length).toBeGreaterThan(3);
    for (const [, file = ''] of notes.join(' ').matchAll(/([a-z-]+\.test\.m?[jt]s)/g)) {
      const places = ['apps/gateway/src', 'apps/gateway/src/commands', 'e2e', 'scripts/package'];
      expect([file, places.some((place) => existsSync(join(root, place, file)))]).toEqual([file, true]);
    }
  });
});

describe('commands of OPERATIONS, one after the other in one folder', () => {
  const command = useCommandRun('documented');
  const before = process.cwd();
  beforeEach(() => process.chdir(command.folder));
  afterEach(() => process.chdir(before));

  it('do what the page says', async () => {
    expect(run.length).toBeGreaterThan(7);
    mkdirSync('data');
    writeFileSync('config.yaml', 'gateway_uid: GW-01\nmeshtastic_port: COM7\n');
    for (const line of run) {
      // `init` and `import` do not overwrite each other's file.
      const words = [...(wordsOf(line) ?? ['fly']), ...(line.includes('config import') ? ['--out', 'other.yaml'] : [])];
      await command.runWord(...words);
      const isOnlyShown = line.includes('# says what would go, and ends with status 2');
      const told = command.complained.filter((text) => !/^\d+ entries in|^Nothing was removed/.test(text));
      expect([line, process.exitCode, told]).toEqual([line, isOnlyShown ? 2 : undefined, []]);
      process.exitCode = undefined;
    }
  }, 60_000);
});
