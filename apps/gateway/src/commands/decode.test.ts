import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeForwarder, parseEventXml } from '@cotbus/codec';
import { openZstd } from '@cotbus/zstd';
import { describe, expect, it } from 'vitest';
import { createCommandLine } from '../command-line.ts';
import { useCommandRun } from '../testing/command-run.ts';
import type { DecodedLine } from './decode.ts';

const TESTDATA = fileURLToPath(new URL('../../../../testdata/', import.meta.url));
const path = (name: string): string => join(TESTDATA, name);

const command = useCommandRun('decode');
const { printed, complained, run, file } = command;
const runJson = (...words: string[]) => command.runJson<DecodedLine>(...words);
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('cotbus decode --json, port 78', () => {
  const raw = path('golden/emergency/atak-911.raw.bin');

  it('says of each input what it is, in one line', async () => {
    const hex = hexOf(readFileSync(raw));
    const [fromFile, fromHex] = await runJson(raw, hex);
    expect(Object.keys(fromFile ?? {}).toSorted()).toEqual(['generation', 'input', 'kind', 'protobuf', 'xml']);
    expect(fromFile).toMatchObject({ input: raw, kind: 'emergency', generation: 'raw', protobuf: hex.slice(2) });
    expect(fromFile?.xml).toMatch(
      /^<event version="2\.0" uid="ANDROID-4c1f9e07ab33d521-9-1-1" type="b-a-o-tbl" .*<\/event>$/,
    );
    expect({ ...fromHex, input: raw, xml: '' }).toEqual({ ...fromFile, xml: '' });
    expect(process.exitCode).toBeUndefined();
  });

  it('takes hexadecimal digits in any case, and behind 0x', async () => {
    const hex = hexOf(readFileSync(raw));
    const lines = await runJson(hex.toUpperCase(), `0x${hex}`);
    expect(lines.map(({ kind }) => kind)).toEqual(['emergency', 'emergency']);
  });

  it.skipIf(openZstd() === undefined)('inflates frames of our own set', async () => {
    const [line] = await runJson(path('golden/emergency/atak-911.c.bin'));
    expect(line).toMatchObject({ kind: 'emergency', generation: 'c' });
  });

  it('says what it could read of a packet that cannot be', async () => {
    const [line] = await runJson(path('malformed/78/impossible/latitude-95.bin'));
    expect(line).toMatchObject({ generation: 'raw', xml: null, error: { code: 'impossible' } });
    expect(line?.protobuf).toMatch(/^[0-9a-f]+$/);
    expect(process.exitCode).toBe(1);
  });
});

describe('cotbus decode refuses in one line each', () => {
  it.each<[string, () => string, string]>([
    ['a file that is not there', () => join(command.folder, 'none.bin'), 'no_file'],
    ['digits of which one is missing', () => 'ff0', 'no_file'],
    ['a folder', () => command.folder, 'no_file'],
    ['an empty name', () => '', 'no_file'],
    ['a frame too short', () => 'ff', 'garbled'],
    ['too much in hexadecimal', () => 'ff'.repeat(5000), 'too_large'],
    ['a bomb', () => path('malformed/78/garbled/skippable-frame-in-front.bin'), 'garbled'],
  ])('%s', async (_, make, code) => {
    const lines = await runJson(make(), 'ff08');
    expect(lines[0]).toMatchObject({ error: { code } });
    expect(lines).toHaveLength(2);
    expect(process.exitCode).toBe(1);
    printed.length = 0;
    await run(make());
    expect(printed).toEqual([]);
    expect(complained).toEqual([expect.stringContaining(`: ${code}: `)]);
  });

  it('a file of any size', async () => {
    const big = file('big.bin', new Uint8Array(5 * 1024 * 1024));
    expect(await runJson(big)).toMatchObject([{ error: { code: 'too_large', message: 'more than 4194304 bytes' } }]);
  });
});

describe('cotbus decode --port 72', () => {
  it('reads a plain packet and its compressed twin', async () => {
    const tail = '1a0408021003220208532a120d2c16bd1b15c1e5da0518d80d200128d701';
    const lines = await runJson(
      '--port',
      '72',
      `122a0a0e5245534355452031204d617274691218414e44524f49442d34633166396530376162333364353231${tail}`,
      `080112210a0c806deb9eec114fa00f33b8b21211804e75babe80b4456260fcf03d599ea909${tail}`,
    );
    const uids = lines.map(({ xml }) => /uid="([^"]*)"/.exec(xml ?? '')?.[1]);
    expect(uids).toEqual(['ANDROID-4c1f9e07ab33d521', 'ANDROID-4c1f9e07ab33d521']);
    expect(lines[0]).toMatchObject({
      kind: 'pli',
      generation: 'v1',
      protobuf: expect.stringMatching(/^122a/) as string,
    });
  });

  it('knows by --from whose uid it is that firmware cut, and what has none', async () => {
    const tail = '1a0408021003220208532a120d2c16bd1b15c1e5da0518d80d200128d701';
    const callsign = '0a0e5245534355452031204d61727469';
    const whole = `122a${callsign}1218${Buffer.from('ANDROID-4c1f9e07ab33d521').toString('hex')}${tail}`;
    const cut = `121e${callsign}120c${Buffer.from('ANDROID-4c1f').toString('hex')}${tail}`;
    const none = `1210${callsign}${tail}`;
    const uids = async (...words: string[]) =>
      (await runJson('--port', '72', ...words, whole, cut, none)).map(
        ({ xml }) => /uid="([^"]*)"/.exec(xml ?? '')?.[1],
      );
    const uid = 'ANDROID-4c1f9e07ab33d521';
    expect(await uids('--from', '!15465d8d')).toEqual([uid, uid, uid]);
    expect((await uids())[1]).toBe('ANDROID-4c1f');
    const [alone] = await runJson('--port', '72', '--from', '15465D8D', none);
    expect(alone?.xml).toContain('uid="MESHTASTIC-15465D8D"');
  });
});

describe('cotbus decode --port 257', () => {
  const fragmentsOf = (name: string, transferId: number): string[] => {
    const parsed = parseEventXml(readFileSync(path(name), 'utf8'));
    if (!parsed.ok) throw new Error(parsed.detail);
    const encoded = encodeForwarder(parsed.event, { audience: 'plugin', transferId });
    if (!encoded.ok) throw new Error(encoded.detail);
    return encoded.payloads.map(hexOf);
  };

  it('puts the fragments of a transfer together, and says how far it is', async () => {
    const shape = fragmentsOf('cot/shape/atak-telestration.xml', 0xabcdef);
    const route = fragmentsOf('cot/route/atak-3-points.xml', 0x123456);
    const mixed = shape.flatMap((part, at) => [part, ...(route[at] === undefined ? [] : [route[at]])]);
    const lines = await runJson('--port', '257', ...mixed);
    const events = lines.filter(({ xml }) => xml !== null);
    expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['route', 'shape']));
    expect(events.map(({ xml }) => xml).join()).toContain('callsign="Abstieg West"');
    expect(lines[0]).toEqual({
      input: shape[0],
      kind: 'fragment',
      protobuf: null,
      xml: null,
      generation: 'forwarder',
      transfer: 'abcdef',
      have: 1,
      needed: expect.any(Number) as number,
    });
    const last = lines.at(-1);
    expect(last).toMatchObject({ kind: 'fragment' });
    expect(last?.have).toBe(last?.needed);
    expect(process.exitCode).toBeUndefined();
  });

  it('reads a direct message and an acknowledgement', async () => {
    const [direct = ''] = fragmentsOf('cot/rab/webtak-wind.xml', 1);
    const ack = '46544e00c07b02000300008997cdc9e3d72dec';
    const [first, second] = await runJson('--port', '257', direct.length < 500 ? direct : '', ack);
    expect(first?.xml ?? first?.kind).toBeTruthy();
    expect(second).toMatchObject({ kind: 'ack', transfer: '00c07b', have: 3, needed: 0, xml: null });
  });

  it('tells people how far a transfer is', async () => {
    const [part = ''] = fragmentsOf('cot/shape/atak-telestration.xml', 0xabcdef);
    await run('--port', '257', part);
    expect(printed).toEqual([
      expect.stringMatching(/…: fragment, forwarder, transfer abcdef, 1 blocks there, \d needed$/),
    ]);
  });

  it('refuses what contradicts a fragment before it', async () => {
    const [part = ''] = fragmentsOf('cot/shape/atak-telestration.xml', 0xabcdef);
    const other = part.slice(0, -2) + (part.endsWith('00') ? '01' : '00');
    const lines = await runJson('--port', '257', part, other);
    expect(lines[1]).toMatchObject({ error: { code: 'garbled' } });
  });
});

it('the example in the help of cotbus is one', async () => {
  let help = '';
  createCommandLine()
    .configureOutput({ writeOut: (text) => (help += text) })
    .outputHelp();
  const example = /cotbus decode ([0-9a-f]+) /.exec(help)?.[1] ?? '';
  expect(await runJson(example)).toMatchObject([{ kind: 'pli', generation: 'raw' }]);
});

it('cotbus decode has ports of its own', async () => {
  const program = createCommandLine();
  const decode = program.commands.find((command) => command.name() === 'decode');
  decode?.exitOverride().configureOutput({ writeErr: () => undefined });
  await expect(program.parseAsync(['node', 'cotbus', 'decode', '--port', '1', 'ff'])).rejects.toThrow(/72, 257/);
  await expect(program.parseAsync(['node', 'cotbus', 'decode', '--from', 'x', 'ff'])).rejects.toThrow(/node number/);
});
