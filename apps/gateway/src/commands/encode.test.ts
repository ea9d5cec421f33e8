import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createEventEncoder, parseEventXml } from '@cotbus/codec';
import { Dialect } from '@cotbus/contracts';
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import { describe, expect, it, vi } from 'vitest';
import { useCommandRun } from '../testing/command-run.ts';
import type { EncodedLine } from './encode.ts';
import { ownWire } from './own-wire.ts';

const CORPUS = fileURLToPath(new URL('../../../../testdata/cot/', import.meta.url));
const PLI = join(CORPUS, 'pli/atak-leader.xml');
const MARKER = join(CORPUS, 'marker/atak-2525-patient.xml');
const DELETE = join(CORPUS, 'delete/atak-force-delete.xml');

const installed = new Set<string>(
  usableDictionaries(findDictionaries(INSTALL_FOLDER)).map(({ generation }) => generation),
);

const command = useCommandRun('encode');
const { printed, complained, run, file } = command;
const runJson = (...words: string[]) => command.runJson<EncodedLine>(...words);

describe('cotbus encode --json', () => {
  it('says of each file what it became, in one line', async () => {
    const [pli, marker] = await runJson('--profile', 'raw', PLI, MARKER);
    expect(Object.keys(pli ?? {})).toEqual(
      'file cotType kind protobuf wire wireBytes generation dictionary stripped'.split(' '),
    );
    expect(pli).toMatchObject({ file: PLI, cotType: 'a-f-G-U-C', kind: 'pli', generation: 'raw', dictionary: null });
    expect(pli?.wire).toBe(`ff${pli?.protobuf}`);
    expect(pli?.wireBytes).toBe((pli?.wire?.length ?? 0) / 2);
    expect(marker).toMatchObject({ kind: 'marker', cotType: 'a-u-G', stripped: [] });
    expect(process.exitCode).toBeUndefined();
  });

  it('leaves out by itself what no receiver draws, and fits', async () => {
    const [pli, marker] = await runJson(PLI, MARKER);
    expect(pli).toMatchObject({ stripped: ['takv', 'sources'] });
    expect(marker?.wireBytes).toBeLessThanOrEqual(225);
  });

  it.each(['pli/atak-leader', 'marker/atak-2525-patient', 'route/wintak-6-points', 'delete/wintak-shape'])(
    'makes of %s what a worker sends',
    async (name) => {
      const path = join(CORPUS, `${name}.xml`);
      const parsed = parseEventXml(readFileSync(path, 'utf8'));
      if (!parsed.ok) throw new Error(parsed.detail);
      const encode = createEventEncoder({ wire: ownWire(), transferId: () => 1 });
      const sent = encode(parsed.event, { dialect: Dialect.V2, form: 'auto' });
      if (!sent.ok) throw new Error(sent.detail);
      const [line] = await runJson(path);
      expect(line?.wire).toBe(Buffer.from(sent.frames[0]?.payload ?? []).toString('hex'));
      expect(line?.stripped).toEqual(sent.stripped);
    },
  );

  it('leaves out and fits otherwise only what it is told', async () => {
    const encodeRaw = async (path: string, ...options: string[]) => {
      const [line] = await runJson('--profile', 'raw', ...options, path);
      return line;
    };
    const whole = await encodeRaw(PLI);
    const lean = await encodeRaw(PLI, '--strip');
    expect(whole).toMatchObject({ stripped: [] });
    expect(lean).toMatchObject({ stripped: ['takv', 'sources'] });
    expect(lean?.wireBytes).toBeLessThan(whole?.wireBytes ?? 0);
    const small = await encodeRaw(PLI, '--strip', '--fit', '95');
    expect(small?.stripped).toContain('phone');
    expect(small?.wireBytes).toBeLessThanOrEqual(95);
    expect((await encodeRaw(MARKER))?.wireBytes).toBeGreaterThan(225);
    const marker = await encodeRaw(MARKER, '--fit', '225');
    expect(marker?.stripped?.join()).toContain('remarks cut');
    expect(marker?.wireBytes).toBeLessThanOrEqual(225);
  });

  it('says n of N when nothing fits, with the packet that was to be sent', async () => {
    const [pli] = await runJson('--fit', '20', PLI);
    expect(pli).toMatchObject({
      wire: null,
      wireBytes: null,
      error: { code: 'too_large', message: expect.stringMatching(/^\d+ of 20 bytes$/) as string },
    });
    expect(pli?.protobuf).toMatch(/^[0-9a-f]+$/);
    expect(process.exitCode).toBe(1);
  });

  it('writes a delete as the SDK does in its form only', async () => {
    const [ours] = await runJson('--profile', 'raw', DELETE);
    const [theirs] = await runJson('--profile', 'a', DELETE);
    // Field 33, raw detail, and field 30, pli.
    expect(ours?.protobuf).toContain('8a02');
    expect(theirs?.protobuf).toMatch(/f00101$/);
  });

  it.for(['a', 'b'])('names the missing dictionary of generation %s', async (generation, { skip }) => {
    skip(installed.has(generation), 'it is installed here');
    const [line] = await runJson('--profile', generation, PLI);
    expect(line).toMatchObject({ kind: 'pli', wire: null, generation, error: { code: 'dictionary_missing' } });
    expect(line?.protobuf).toMatch(/^[0-9a-f]+$/);
    expect(process.exitCode).toBe(1);
  });

  it.skipIf(openZstd() === undefined)('compresses with our own set', async () => {
    const [line] = await runJson('--profile', 'c', PLI);
    expect(line).toMatchObject({ generation: 'c', dictionary: 0x3d });
    expect(line?.wire).toMatch(/^3d28b52ffd/);
  });
});

it('cotbus encode reads standard input', async () => {
  const stdin = Readable.from([readFileSync(PLI)]) as unknown as typeof process.stdin;
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin);
  expect(await runJson('-')).toMatchObject([{ file: '-', kind: 'pli', cotType: 'a-f-G-U-C' }]);
});

describe('cotbus encode refuses in one line each', () => {
  const event = (type: string): string =>
    `<event version="2.0" uid="x" type="${type}" how="m-g" time="2026-05-09T08:14:32Z" start="2026-05-09T08:14:32Z" ` +
    'stale="2026-05-09T08:15:32Z"><point lat="1" lon="2" hae="0" ce="1" le="1"/><detail><a/></detail></event>';

  it.each<[string, () => string, string]>([
    ['a file that is not there', () => join(command.folder, 'none.xml'), 'no_file'],
    ['a file below a file', () => join(file('f.xml', ''), 'x'), 'no_file'],
    ['a name no file system takes', () => 'x'.repeat(5000), 'no_file'],
    ['a folder', () => command.folder, 'no_file'],
    ['nothing', () => file('empty.xml', ''), 'garbled'],
    [
      'binary',
      () =>
        file(
          'b.xml',
          Uint8Array.from({ length: 999 }, (_, i) => i & 255),
        ),
      'garbled',
    ],
    ['half an event', () => file('h.xml', event('a-f-G').slice(0, 200)), 'garbled'],
    ['no event', () => file('n.xml', '<kml/>'), 'garbled'],
    ['a file of any size', () => file('big.xml', ' '.repeat(5 * 1024 * 1024)), 'too_large'],
    ['a million characters and more', () => file('big.xml', event('a-f-G') + ' '.repeat(1_100_000)), 'too_large'],
    ['a latitude beyond the pole', () => file('l.xml', event('a-f-G').replace('lat="1"', 'lat="95"')), 'impossible'],
    ['what belongs to a connection', () => file('t.xml', event('t-x-c-t')), 'not_allowed'],
  ])('%s', async (_, make, code) => {
    const path = make();
    const lines = await runJson(path, PLI);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ file: path, error: { code } });
    expect(lines[1]?.error).toBeUndefined();
    expect(process.exitCode).toBe(1);
    printed.length = 0;
    await run(path);
    expect(printed).toEqual([]);
    expect(complained).toEqual([expect.stringContaining(`: ${code}: `)]);
  });

  it('never stops at the first', async () => {
    const lines = await runJson(join(command.folder, 'a'), PLI, join(command.folder, 'b'));
    expect(lines.map(({ error }) => error?.code)).toEqual(['no_file', undefined, 'no_file']);
  });
});

describe('cotbus encode for people', () => {
  it('names kind, size and form above the frame', async () => {
    await run('--profile', 'raw', '--strip', PLI);
    expect(printed).toEqual([
      `${PLI}: pli a-f-G-U-C, 107 bytes, raw; without takv, sources`,
      expect.stringMatching(/^ {2}ff[0-9a-f]{212}$/),
    ]);
  });

  it('lets no file name drive the terminal', async () => {
    await run(join(command.folder, '\u001b[2J.xml'));
    expect(complained.join('')).toContain(String.raw`\u001b[2J.xml: no_file: no such file`);
  });

  it('reads events with a byte order mark', async () => {
    const path = file(
      'bom.xml',
      `\ufeff<event version="2.0" uid="x" type="a-f-G" how="m-g" time="2026-05-09T08:14:32Z" start="2026-05-09T08:14:32Z" stale="2026-05-09T08:15:32Z"><point lat="1" lon="2"/></event>`,
    );
    await run(path);
    expect(complained).toEqual([]);
    expect(printed[0]).toContain('pli a-f-G');
  });
});
