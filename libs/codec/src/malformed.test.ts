/** Every file below `testdata/malformed/SOURCE/REASON` is refused for that reason; the bombs among them are live. */
import { inflateRawSync, inflateSync } from 'node:zlib';
import { reasonNames } from '@cotbus/contracts';
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import { describe, expect, it } from 'vitest';
import { parseEventXml } from './cot/parse-event.ts';
import { createFrameDecoder } from './decode-frame.ts';
import { createV2Wire } from './frame/v2-frame.ts';
import { MAX_INFLATED_BYTES, MAX_PACKET_BYTES, MAX_XML_CHARACTERS, MAX_XML_DEPTH } from './limits.ts';
import type { Refused } from './result.ts';
import { malformedInputs } from './testing/corpus.ts';
import type { MalformedInput } from './testing/corpus.ts';
import { sampleFrame } from './testing/samples.ts';

const zstd = openZstd();
// Only ours: which others are installed must not change what is refused.
const own = usableDictionaries(findDictionaries(INSTALL_FOLDER)).filter(({ generation }) => generation === 'c');
const decodeFrame = createFrameDecoder({ wire: createV2Wire({ zstd, dictionaries: own }) });

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const read = ({ source, bytes }: MalformedInput): { readonly ok: true } | Refused =>
  source === 'xml' ? parseEventXml(text(bytes)) : decodeFrame(sampleFrame({ port: Number(source), payload: bytes }));

const inputs = malformedInputs();
const needsZstd = ({ source, bytes }: MalformedInput): boolean => source === '78' && bytes[0] === 0x3d;

describe.each(['xml', '78', '72', '257'])('malformed input of %s', (name) => {
  const ours = inputs.filter(({ source }) => source === name);

  it('is there', () => expect(ours.length).toBeGreaterThan(4));

  it.each(ours)('$name', (input) => {
    const result = read(input);
    const reasons = zstd === undefined && needsZstd(input) ? reasonNames : [input.reason];
    expect(reasons).toContain(result.ok ? 'read' : result.reason);
  });
});

it('malformed input stands in folders that say of what and why', () => {
  expect([...new Set(inputs.map(({ source }) => source))].toSorted()).toEqual(['257', '72', '78', 'xml']);
});

/** Characters that the last entity of a document stands for. */
const expandedLength = (xml: string): number => {
  const lengths = new Map<string, number>();
  for (const [, name = '', value = ''] of xml.matchAll(/<!ENTITY (\w+) "([^"]*)">/g)) {
    lengths.set(name, lengthOf(value, lengths));
  }
  return lengthOf(xml.slice(xml.indexOf(']>')), lengths);
};
const lengthOf = (value: string, lengths: ReadonlyMap<string, number>): number =>
  [...value.matchAll(/&(\w+);|[^&]/g)].reduce((sum, [, name]) => sum + (lengths.get(name ?? '') ?? 1), 0);

/** How often a tag is opened before it is closed. */
const depthOf = (xml: string): number => /(?:<a>)+/.exec(xml)?.[0].split('<a>').length ?? 0;

describe('the bombs go off where nobody looks at them first', () => {
  const bombs = (source: string, name: string) =>
    inputs.filter((input) => input.source === source && input.name.includes(`/${name}`));
  const dictionary = own.find(({ use }) => use === 'general')?.bytes ?? new Uint8Array();

  it.skipIf(zstd === undefined).each(bombs('78', 'bomb-'))('$name inflates beyond a packet', ({ bytes }) => {
    const inflated = zstd
      ?.open(dictionary, { contentSize: true, dictionaryId: true })
      .decompress(bytes.subarray(1), 16 * 1024 * 1024);
    expect(inflated).toBeInstanceOf(Uint8Array);
    expect(inflated?.length).toBeGreaterThan(MAX_PACKET_BYTES);
    expect(bytes.length).toBeLessThan(256);
  });

  it.each([...bombs('257', 'bomb-zlib'), ...bombs('257', 'bomb-deflate')])('$name inflates beyond an event', (bomb) => {
    const { bytes } = bomb;
    const body = bytes[0] === 0 ? bytes.subarray(1) : bytes;
    const inflated = bomb.name.includes('zlib') ? inflateSync(body) : inflateRawSync(body);
    expect(inflated.length).toBeGreaterThan(MAX_INFLATED_BYTES);
  });

  it.each([...bombs('xml', 'bomb-entities'), ...bombs('xml', 'bomb-one')])('$name says a million', ({ bytes }) => {
    expect(expandedLength(text(bytes))).toBeGreaterThan(MAX_XML_CHARACTERS);
  });

  it('entities and depth in a zlib container do, too', () => {
    const inflated = (name: string) => text(inflateSync(bombs('257', name)[0]?.bytes.subarray(1) ?? new Uint8Array()));
    expect(expandedLength(inflated('bomb-entities'))).toBeGreaterThan(MAX_XML_CHARACTERS);
    expect(depthOf(inflated('bomb-depth'))).toBeGreaterThan(100 * MAX_XML_DEPTH);
    expect(depthOf(text(bombs('xml', 'bomb-depth')[0]?.bytes ?? new Uint8Array()))).toBeGreaterThan(MAX_XML_DEPTH);
  });
});
