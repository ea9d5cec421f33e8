/** The journal in a process of its own that is killed with SIGKILL. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { openJournal } from './journal.ts';
import { nodeJournalFs } from './node-journal-fs.ts';

const ROUNDS = 10;
/** Milliseconds of work before a kill, drawn for each round. */
const MAX_LIFE_MS = 120;

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const cache = join(repository, 'node_modules', '.cache');

/** Compiles sources one by one, so that a process can run what stands here without a build. */
const compileFolder = async (from: string, to: string, contracts: string): Promise<void> => {
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || /\.(test|bench|d)\.ts$/.test(entry.name)) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source)).replace(/\.ts$/, '.js');
    const { outputText } = ts.transpileModule(await readFile(source, 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2022,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    });
    await mkdir(dirname(target), { recursive: true });
    const topics = relative(dirname(target), join(contracts, 'topics.js')).replaceAll('\\', '/');
    await writeFile(target, outputText.replaceAll("'@cotbus/contracts'", `'${topics}'`));
  }
};

let work = '';
let program = '';

beforeAll(async () => {
  await mkdir(cache, { recursive: true });
  work = await mkdtemp(join(cache, 'journal-'));
  const contracts = join(work, 'contracts');
  await compileFolder(join(repository, 'libs/contracts/src'), contracts, contracts);
  await compileFolder(join(repository, 'libs/service/src/journal'), join(work, 'service/journal'), contracts);
  await writeFile(
    join(work, 'service/clock.js'),
    ts.transpileModule(await readFile(join(repository, 'libs/service/src/clock.ts'), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    }).outputText,
  );
  await writeFile(join(work, 'package.json'), '{"type":"module"}');
  program = join(work, 'service/journal/testing/append-forever.js');
});

afterAll(() => rm(work, { recursive: true, force: true }));

/** Lets the process work for a while and kills it. @returns the numbers it said were synced. */
const runAndKill = (folder: string, lifeMs: number): Promise<{ numbers: number[]; incarnation: number }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let faults = '';
    child.stderr.on('data', (text: Buffer) => (faults += text.toString()));
    child.stdout.on('data', (text: Buffer) => {
      if (out === '') setTimeout(() => child.kill('SIGKILL'), lifeMs);
      out += text.toString();
    });
    child.on('close', () => {
      const [first = '', ...lines] = out.split('\n').slice(0, -1);
      if (first.startsWith('start ')) resolve({ numbers: lines.map(Number), incarnation: Number(first.slice(6)) });
      else reject(new RangeError(`the process said ${out} ${faults}`));
    });
  });

const reopen = (folder: string) =>
  openJournal({
    folder,
    name: 'numbers',
    maxBytes: 1024 * 1024,
    segmentBytes: 16 * 1024,
    fs: nodeJournalFs,
    clock: systemClock,
    nonce: 2n,
    onEvent: () => {},
  });

describe('a journal in a process that is killed', () => {
  it(`has every number it said was synced, ${ROUNDS} times`, { timeout: 15_000 }, async () => {
    const folder = join(work, 'journals');
    let total = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { numbers, incarnation } = await runAndKill(folder, Math.random() * MAX_LIFE_MS);
      expect(incarnation).toBe(2 * round + 1);
      total += numbers.length;
      const journal = await reopen(folder);
      expect(journal).toMatchObject({ incarnation: 2 * round + 2, nonce: 1n, damage: { damaged: 0 } });
      const found = new Map(journal.recovered.map((record) => [record.key, record.payload]));
      // The process keeps the last 200 alive, and appends five before it waits: so many may be dead already.
      const promised = numbers.slice(-190);
      const missing = promised.filter((number) => {
        const payload = found.get(`n${number}`);
        return payload === undefined || Buffer.compare(payload, Buffer.alloc(number % 900, number)) !== 0;
      });
      expect(missing).toEqual([]);
      await journal.close();
    }
    expect(total).toBeGreaterThan(ROUNDS);
  });
});
