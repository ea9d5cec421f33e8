/** docs/WIRE.md says what is: every example is decoded, every number is the one of the code. */
import { readFileSync } from 'node:fs';
import { kindText, meshtastic, reasonNames } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import { describe, expect, it } from 'vitest';
import { createFrameDecoder } from './decode-frame.ts';
import { createFountainAssembler } from './forwarder/assembler.ts';
import { decodeForwarder, encodeForwarder } from './forwarder/forwarder.ts';
import { createV2Wire } from './frame/v2-frame.ts';
import * as limits from './limits.ts';
import { corpusEvents, malformedInputs } from './testing/corpus.ts';
import { bytesOf, sampleFrame } from './testing/samples.ts';
import { parseEventXml } from './cot/parse-event.ts';
import { sdkDictionaries } from './wire/testing/sdk-files.ts';

const page = readFileSync(new URL('../../../docs/WIRE.md', import.meta.url), 'utf8');

/** Cells of all tables whose header has these names. */
const table = (...header: readonly string[]): readonly (readonly string[])[] => {
  const lines = page.split('\n');
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', ''));
  const start = lines.findIndex((line) => line.startsWith('|') && header.every((name, at) => cells(line)[at] === name));
  if (start < 0) throw new Error(`no table ${header.join()}`);
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) => cells(line));
};

interface Fence {
  readonly info: string;
  readonly text: string;
}
const fences: readonly Fence[] = [...page.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].map(([, info = '', text = '']) => ({
  info,
  text,
}));

const LINE = /^ *(\d+) {2}([0-9a-f]+)(?: {2}.*)?$/;
const linesOf = ({ text }: Fence) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, offset = '', hex = ''] = LINE.exec(line) ?? [];
      return { line, offset, hex };
    });

const examples = fences.flatMap((fence, at) => {
  const port = /^frame (\d+)$/.exec(fence.info)?.[1];
  const expected = fences[at + 1];
  if (port === undefined || expected === undefined) return [];
  const hex = linesOf(fence)
    .map((line) => line.hex)
    .join('');
  return [{ port: Number(port), title: `${port}: ${hex.slice(0, 20)}…`, bytes: bytesOf(hex), fence, expected }];
});

// The example of generation B is made with our dictionary, as the page says.
const own = usableDictionaries(findDictionaries(INSTALL_FOLDER)).filter(({ generation }) => generation === 'c');
const inPlaceOfB = own.map((one) => ({ ...one, generation: 'b' as const, number: one.use === 'air' ? 1 : 0 }));
const wire = createV2Wire({ zstd: openZstd(), dictionaries: [...own, ...inPlaceOfB, ...sdkDictionaries()] });
const decode = createFrameDecoder({ wire });

const factsOf = (event: CotEvent) => ({ ...event, kind: kindText(event.kind) });

/** What the page says of a frame, by whatever it is. */
const decoded = (port: number, bytes: Uint8Array): object => {
  const forwarded = port === 257 ? decodeForwarder(bytes) : undefined;
  if (forwarded?.ok === true && forwarded.kind === 'fragment') return { kind: 'fragment', ...forwarded.fragment };
  if (forwarded?.ok === true && forwarded.kind === 'ack') return forwarded.ack;
  const result = decode(sampleFrame({ port, payload: bytes }));
  if (!result.ok) return result;
  const frame = port === 78 ? wire.decode(bytes) : undefined;
  return frame?.ok === true
    ? { ...factsOf(result.event), generation: frame.generation, dictionary: frame.dictionary ?? null }
    : factsOf(result.event);
};

const canRead = (port: number, bytes: Uint8Array): boolean =>
  port !== 78 || bytes[0] === 0xff || wire.can(bytes[0] === 0 && bytes[1] === 0x28 ? 'a' : 'c');

describe('the examples', () => {
  it('are one of each form at least', () => {
    expect(examples.filter(({ port }) => port === 78).map(({ bytes }) => bytes[0])).toEqual([0xff, 0, 0, 0x3d]);
    expect(examples.filter(({ port }) => port === 72)).toHaveLength(2);
    expect(examples.filter(({ port }) => port === 257).length).toBeGreaterThanOrEqual(3);
  });

  it.each(examples)('$title counts its bytes right', ({ fence }) => {
    let at = 0;
    for (const { line, offset, hex } of linesOf(fence)) {
      expect(`${offset} in ${line}`).toBe(`${at} in ${line}`);
      at += hex.length / 2;
    }
  });

  it.for(examples)('$title is what the page says', ({ port, bytes, expected }, { skip }) => {
    skip(!canRead(port, bytes), 'its dictionary is not here');
    expect(decoded(port, bytes)).toMatchObject(JSON.parse(expected.text) as object);
  });

  it('the fragments make what the page says, and the acknowledgement is for it', () => {
    const assembler = createFountainAssembler<number>();
    const parts = examples.filter(({ port, expected }) => port === 257 && expected.text.includes('"fragment"'));
    const steps = parts.map(({ bytes }, at) =>
      assembler.add({ item: at, key: String(at), mesh: '', sender: 1, payload: bytes, nowMs: 0 }),
    );
    expect(steps.map(({ kind }) => kind)).toEqual(['progress', 'progress', 'whole']);
    const whole = steps.at(-1);
    if (whole?.kind !== 'whole' || !whole.result.ok) throw new Error('not whole');
    const wanted = JSON.parse(fences.find(({ info }) => info === 'whole')?.text ?? '') as object;
    expect(factsOf(whole.result.event)).toMatchObject(wanted);
    const acks = examples.filter(({ expected }) => expected.text.includes('"complete"'));
    expect(acks.map(({ bytes }) => bytes)).toEqual([whole.ack]);
  });
});

describe('the numbers', () => {
  it.each(table('dialect', 'port', 'name in Meshtastic').map(([, port = '', name = '']) => ({ port, name })))(
    'port $port is $name',
    ({ port, name }) => {
      expect(meshtastic.PortNumSchema.values.find((value) => value.name === name)?.number).toBe(Number(port));
    },
  );

  it('dictionaries are those of the registry', () => {
    const entries = findDictionaries(INSTALL_FOLDER).map(({ entry }) => entry);
    const generations = ['a', 'b', 'c'];
    for (const [use = '', numbers = '', , ...sizes] of table('dictionary', 'number', 'for', 'A', 'B', 'C')) {
      for (const [at, size] of sizes.entries()) {
        const generation = generations[at];
        const entry = entries.find((one) => one.use === use && one.generation === generation);
        expect(`${entry?.bytes} bytes`).toBe(size);
        expect(numbers.split(', ').map(Number)).toContain(entry?.number);
      }
    }
  });

  it.each(table('limit', 'value', 'constant').map(([, value = '', name = '']) => ({ value, name })))(
    '$name is $value',
    ({ value, name }) => {
      const found = name.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], limits);
      expect(found).toBe(Number(value));
    },
  );

  it('fragments for both audiences are as long as the page says', () => {
    const [, apple, plugin, appleFragment, pluginFragment] =
      /blocks of (\d+) bytes \(Apple\) or (\d+)\s+bytes \(plugin\)\s+make\s+fragments of (\d+) or (\d+)\s+bytes/.exec(
        page,
      ) ?? [];
    const xml = corpusEvents().find(({ name }) => name === 'shape/atak-telestration')?.xml ?? '';
    const parsed = parseEventXml(xml);
    if (!parsed.ok) throw new Error(parsed.detail);
    const lengths = (audience: 'apple' | 'plugin') => {
      const encoded = encodeForwarder(parsed.event, { audience, transferId: 7 });
      return encoded.ok ? [...new Set(encoded.payloads.map(({ length }) => length))] : [];
    };
    expect(lengths('apple')).toEqual([Number(appleFragment)]);
    expect(lengths('plugin')).toEqual([Number(pluginFragment)]);
    expect([Number(apple), Number(plugin)]).toEqual([Number(appleFragment) - 11, Number(pluginFragment) - 11]);
  });

  it('what waits and holds is said in the text as in the table', () => {
    expect(page).toContain(`keeps an unfinished transfer for ${limits.OPEN_TRANSFERS.lifeMs / 1000} seconds`);
    expect(page.replaceAll('\n', ' ')).toContain(`A report holds for ${limits.V1_PLI_STALE_MS / 60_000} minutes`);
  });
});

describe('the table of refusals', () => {
  const rows = table('port', 'refused as', 'when').map(([port = '', reason = '']) => ({ port, reason }));

  it.each(rows)('port $port: $reason is a reason', ({ reason }) => expect(reasonNames).toContain(reason));

  it('has a row for every folder of malformed input', () => {
    const said = new Set(rows.map(({ port, reason }) => `${port}/${reason}`));
    const shown = malformedInputs().filter(({ source }) => source !== 'xml');
    expect(shown.filter(({ source, reason }) => !said.has(`${source}/${reason}`))).toEqual([]);
  });
});
