/** What the wire expects of an engine, held against all there are. */
import { findDictionaries, INSTALL_FOLDER, openNapiZstd, openNodeZstd, usableDictionaries } from '@cotbus/zstd';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../testing/samples.ts';
import { sdkDictionaries } from './testing/sdk-files.ts';
import { readZstdFrame } from './zstd-frame.ts';
import type { FrameForm, Zstd } from './zstd.ts';

const engines: readonly (readonly [string, Zstd | undefined])[] = [
  ['zstd-napi', openNapiZstd()],
  ['node:zlib', openNodeZstd()],
];
for (const [name, engine] of engines) {
  if (engine === undefined) process.stderr.write(`Skipped: tests of the zstd engine ${name}, which is not here.\n`);
}
const here = engines.flatMap(([, engine]) => (engine === undefined ? [] : [engine]));

const own = usableDictionaries(findDictionaries(INSTALL_FOLDER)).filter(({ generation }) => generation === 'c');
const dictionary = own.find(({ use }) => use === 'general')?.bytes ?? new Uint8Array(0);
const other = own.find(({ use }) => use === 'air')?.bytes ?? new Uint8Array(0);
const plain: FrameForm = { contentSize: true, dictionaryId: false };
const forms: readonly FrameForm[] = [
  plain,
  { contentSize: true, dictionaryId: true },
  { contentSize: false, dictionaryId: false },
  { contentSize: false, dictionaryId: true },
];

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const line = utf8('GeoChat.ANDROID-0123456789abcdef.All Chat Rooms.9405e320 Copy that, on my way to the trailhead');
const HEADER_AT = 4;

it('has set C to be tested with', () => {
  expect(own).toHaveLength(2);
});

describe.each(here.map((engine) => [engine.name, engine] as const))('%s', (_, engine) => {
  it.each(forms)('writes frames of the form %j', (form) => {
    const frame = engine.open(dictionary, form).compress(line).slice();
    const descriptor = frame[HEADER_AT] ?? 0;
    expect([...frame.subarray(0, HEADER_AT)]).toEqual([0x28, 0xb5, 0x2f, 0xfd]);
    expect((descriptor & 0x20) !== 0).toBe(form.contentSize);
    expect(descriptor & 0x04).toBe(0);
    expect(readZstdFrame(frame, HEADER_AT)).toEqual({ ok: true, dictionaryId: form.dictionaryId ? 0x3d : 0 });
    expect(engine.open(dictionary, plain).decompress(frame, 4096)).toEqual(line);
  });

  it('uses the dictionary, whose parameters were set before', () => {
    const without = engine.open(new Uint8Array(0), plain).compress(line).length;
    expect(engine.open(dictionary, plain).compress(line).length).toBeLessThan(without - 20);
  });

  it('gives nothing with another dictionary, or with none', () => {
    const frame = engine.open(dictionary, plain).compress(line).slice();
    expect(engine.open(new Uint8Array(0), plain).decompress(frame, 4096)).toBe('damaged');
    const wrong = engine.open(other, plain).decompress(frame, 4096);
    expect(wrong).not.toEqual(line);
  });

  it('bounds what comes out', () => {
    const opened = engine.open(dictionary, { contentSize: false, dictionaryId: false });
    const frame = opened.compress(new Uint8Array(4096).fill(0x61)).slice();
    expect(opened.decompress(frame, 4096)).toHaveLength(4096);
    expect(opened.decompress(frame, 4095)).toBe('too_large');
    const bomb = bytesOf(`28b52ffd0058${'02001061'.repeat(50)}03001061`);
    expect(opened.decompress(bomb, 4096)).toBe('too_large');
  });

  it.each([
    ['nothing', ''],
    ['no frame', '00010203'],
    ['a frame of another dictionary', '28b52ffd2305000000053000006161616161'],
  ])('takes %s for damaged', (name, hex) => {
    const result = engine.open(dictionary, plain).decompress(bytesOf(hex), 4096);
    // Nothing inflates to nothing, which no caller takes.
    expect(name === 'nothing' ? ['damaged', new Uint8Array(0)] : ['damaged']).toContainEqual(result);
  });

  it('reads on after damage', () => {
    const opened = engine.open(dictionary, plain);
    const frame = opened.compress(line).slice();
    for (let at = 0; at < frame.length; at += 1) opened.decompress(frame.with(at, (frame[at] ?? 0) ^ 0x55), 4096);
    expect(opened.decompress(frame, 4096)).toEqual(line);
  });

  it('compresses anything up to 4096 bytes, and reads it back', () => {
    const opened = forms.map((form) => engine.open(dictionary, form));
    fc.assert(
      fc.property(fc.nat(opened.length - 1), fc.uint8Array({ maxLength: 4096, size: 'max' }), (index, bytes) => {
        const frame = opened[index]?.compress(bytes).slice() ?? new Uint8Array(0);
        expect(readZstdFrame(frame, HEADER_AT)).toMatchObject({ ok: true });
        expect(opened[index]?.decompress(frame, 4096)).toEqual(bytes);
      }),
      { numRuns: 60 },
    );
  });
});

describe.skipIf(here.length < 2)('both engines', () => {
  const texts = [line, new Uint8Array(0), utf8('a'), new Uint8Array(4096).fill(7), dictionary.slice(9000, 9300)];
  const dictionaries = [dictionary, other, new Uint8Array(0), ...sdkDictionaries().map(({ bytes }) => bytes)];

  it.each(forms)('write the same bytes in the form %j', (form) => {
    for (const digested of dictionaries) {
      const [first, second] = here.map((engine) => {
        const opened = engine.open(digested, form);
        return texts.map((text) => new Uint8Array(opened.compress(text)));
      });
      expect(first).toEqual(second);
    }
  });

  it('write the same bytes with a dictionary as large as that of generation B', () => {
    const large = new Uint8Array(524_288);
    large.set(dictionary);
    for (let at = dictionary.length; at < large.length; at += 1) large[at] = (at * at * 31 + (at >> 3)) & 0xff;
    const form: FrameForm = { contentSize: false, dictionaryId: false };
    const [first, second] = here.map((engine) => {
      const opened = engine.open(large, form);
      return texts.map((text) => new Uint8Array(opened.compress(text)));
    });
    expect(first).toEqual(second);
  });
});
