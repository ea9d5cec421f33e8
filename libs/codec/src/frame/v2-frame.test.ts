import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic, reasonNames } from '@cotbus/contracts';
import { sdkFixtures, sdkFolder } from '@cotbus/testkit';
import { findDictionaries, INSTALL_FOLDER, openNapiZstd, openNodeZstd, usableDictionaries } from '@cotbus/zstd';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../testing/samples.ts';
import type { Dictionary } from '../wire/dictionary.ts';
import { sampleMarker } from '../wire/testing/marker.ts';
import { sdkDictionaries, sdkMalformed } from '../wire/testing/sdk-files.ts';
import { createV2Wire } from './v2-frame.ts';
import type { SendPolicy, V2Wire } from './v2-frame.ts';

const { TAKPacketV2Schema } = meshtastic;
const make = (fields: MessageInitShape<typeof TAKPacketV2Schema>) => create(TAKPacketV2Schema, fields);
const packet = make({ uid: 'U1', cotTypeId: 1, latitudeI: -1 });
const bytes = bytesOf('ff080135ffffffff72025531');

const padded = (length: number) => {
  const remarks = (n: number) => make({ remarks: 'x'.repeat(n) });
  const extra = toBinary(TAKPacketV2Schema, remarks(200)).length - 200;
  return remarks(length - extra);
};

const engines = [openNapiZstd(), openNodeZstd()]
  .filter((engine) => engine !== undefined)
  .map((engine) => ({ name: engine.name, zstd: engine }));
if (engines.length === 0) process.stderr.write('Skipped: compressed frames; there is no zstd engine.\n');
/** Set C, and the same bytes under the numbers of A and B, which are not ours to have. */
const own = usableDictionaries(findDictionaries(INSTALL_FOLDER)).filter(({ generation }) => generation === 'c');
const standIns = (generation: 'a' | 'b'): Dictionary[] =>
  own.map((dictionary) => ({ ...dictionary, generation, number: dictionary.use === 'air' ? 1 : 0 }));
const rawWire = createV2Wire({ dictionaries: [] });
const allDictionaries = [...own, ...standIns('a'), ...standIns('b')];

const flight = make({ ...sampleMarker, cotTypeId: 3 });
const encode = (wire: V2Wire, form: SendPolicy['form'], content = sampleMarker): Uint8Array => {
  const encoded = wire.encode(content, { form });
  if (!encoded.ok) expect.fail(encoded.detail);
  expect(encoded.generation).toBe(form === 'auto' ? 'b' : form);
  return encoded.frame;
};

describe('a raw frame', () => {
  it('goes both ways', () => {
    const about = { ok: true, generation: 'raw', dictionary: undefined, packetBytes: bytes.subarray(1) };
    expect(rawWire.encode(packet, { form: 'raw' })).toEqual({ ...about, frame: bytes });
    expect(rawWire.decode(bytes)).toEqual({ ...about, packet, versionBits: 0 });
  });

  it('is sent up to 225 bytes with its flags, or what the policy says', () => {
    expect(rawWire.encode(padded(224), { form: 'raw' })).toMatchObject({ ok: true });
    expect(rawWire.encode(padded(225), { form: 'raw' })).toEqual({
      ok: false,
      reason: 'too_large',
      detail: '226 of 225 bytes',
    });
    expect(rawWire.encode(padded(225), { form: 'raw', maxFrameBytes: 226 })).toMatchObject({ ok: true });
    expect(rawWire.encode(padded(4096), { form: 'raw', maxFrameBytes: Infinity })).toMatchObject({ ok: true });
    expect(rawWire.encode(padded(4097), { form: 'raw', maxFrameBytes: Infinity })).toMatchObject({
      reason: 'too_large',
    });
  });

  it('is read up to 4096 bytes without its flags', () => {
    const frame = (length: number) => {
      const body = toBinary(TAKPacketV2Schema, padded(length));
      return rawWire.decode(Uint8Array.of(0xff, ...body));
    };
    expect(frame(4096)).toMatchObject({ ok: true });
    expect(frame(4097)).toMatchObject({ ok: false, reason: 'too_large' });
  });
});

describe('a frame that cannot be read', () => {
  const missing = (number: number, name: string, generation: string) => ({
    reason: 'dictionary_missing',
    detail: `compressed with dictionary ${number} (${name}) of generation ${generation}, which is not installed`,
  });

  it.each([
    ['nothing', '', { reason: 'garbled' }],
    ['one byte', 'ff', { reason: 'garbled' }],
    ['broken protobuf', 'ff0a', { reason: 'garbled' }],
    ['a string cut short', 'ff7205', { reason: 'garbled' }],
    ['text that is no UTF-8', 'ff7202c328', { reason: 'garbled' }],
    ['a number where a text belongs', 'ff70057275', { reason: 'garbled' }],
    ['dictionary 5', '0528b52ffd00', { reason: 'garbled' }],
    ['dictionary 63 that is not raw', '3f0801', { reason: 'garbled' }],
    ['dictionary 63 with version bits', '7f0801', { reason: 'garbled' }],
    ['no zstd frame', '000c00', { reason: 'garbled' }],
    ['our own set without magic', '3d2003', { reason: 'garbled' }],
    ['generation A', '0028b52ffd2300', missing(0, 'general', 'A')],
    ['generation A, air', '0128b52ffd2300', missing(1, 'air', 'A')],
    ['version bits', 'c028b52ffd2300', missing(0, 'general', 'A')],
    ['generation B', '00005801', missing(0, 'general', 'B')],
    ['generation B, air', '01005801', missing(1, 'air', 'B')],
    ['our own set', '3d28b52ffd2300', missing(0x3d, 'general', 'C')],
    ['our own set, air', '3e28b52ffd2300', missing(0x3e, 'air', 'C')],
  ])('%s has its reason', (_, hex, refused) => {
    expect(rawWire.decode(bytesOf(hex))).toMatchObject({ ok: false, ...refused });
  });

  it('says when the dictionary is there and zstd is not', () => {
    const wire = createV2Wire({ dictionaries: own });
    expect(wire.can('c')).toBe(false);
    const detail = 'compressed with dictionary 61 (general) of generation C, and nothing here knows zstd';
    expect(wire.decode(bytesOf('3d28b52ffd2003190000080135'))).toEqual({
      ok: false,
      reason: 'dictionary_missing',
      detail,
    });
    expect(wire.encode(sampleMarker, { form: 'c' })).toEqual({ ok: false, reason: 'dictionary_missing', detail });
    expect(wire.encode(sampleMarker, { form: 'auto' })).toMatchObject({ ok: true, generation: 'raw' });
  });

  it('takes no file for a dictionary that is none', () => {
    const text = { generation: 'c', use: 'general', number: 0x3d, bytes: new Uint8Array(100) } as const;
    expect(() => createV2Wire({ dictionaries: [text] })).toThrow(/is no zstd dictionary/);
  });
});

describe.each(engines)('a compressed frame, by $name', ({ zstd }) => {
  const allWire = (): V2Wire => createV2Wire({ zstd, dictionaries: allDictionaries });

  it.each<[SendPolicy['form'], number, string]>([
    ['a', 0, '0028b52ffd20'],
    ['b', 0, '0000'],
    ['c', 0x3d, '3d28b52ffd21'],
  ])('of generation %s goes both ways', (form, number, head) => {
    const wire = allWire();
    const frame = encode(wire, form);
    expect(Buffer.from(frame).toString('hex').startsWith(head)).toBe(true);
    expect(frame.length).toBeLessThan(1 + toBinary(TAKPacketV2Schema, sampleMarker).length);
    expect(wire.decode(frame)).toEqual({
      ok: true,
      packet: sampleMarker,
      packetBytes: toBinary(TAKPacketV2Schema, sampleMarker),
      generation: form,
      dictionary: number,
      versionBits: 0,
    });
  });

  it.each<[SendPolicy['form'], number]>([
    ['a', 1],
    ['b', 1],
    ['c', 0x3e],
  ])('of an aircraft in generation %s has the other dictionary', (form, number) => {
    expect(encode(allWire(), form, flight)[0]).toBe(number);
    const named = make({ ...sampleMarker, cotTypeId: 0, cotTypeStr: 'a-h-A-W' });
    expect(encode(allWire(), form, named)[0]).toBe(number);
    const ship = make({ ...sampleMarker, cotTypeId: 0, cotTypeStr: 'a-h-S-A' });
    expect(encode(allWire(), form, ship)[0]).not.toBe(number);
  });

  it('is B where B is installed whole, and raw otherwise', () => {
    expect(encode(allWire(), 'auto')[0]).toBe(0);
    const half = createV2Wire({ zstd, dictionaries: standIns('b').slice(0, 1) });
    expect(half.can('b')).toBe(false);
    expect(half.encode(sampleMarker, { form: 'auto' })).toMatchObject({ ok: true, generation: 'raw' });
    expect(half.encode(flight, { form: 'b' })).toMatchObject({ ok: false, reason: 'dictionary_missing' });
  });

  it('is raw whenever that is not larger', () => {
    for (const form of ['a', 'b', 'c'] as const) {
      expect(allWire().encode(packet, { form })).toMatchObject({ ok: true, generation: 'raw', frame: bytes });
    }
  });

  it('tells its version bits and reads the same', () => {
    const wire = allWire();
    for (const form of ['a', 'b', 'c'] as const) {
      const frame = encode(wire, form);
      frame[0] = (frame[0] ?? 0) | 0x80;
      expect(wire.decode(frame)).toMatchObject({ ok: true, packet: sampleMarker, versionBits: 2 });
    }
  });

  it('cannot be read without its dictionary', () => {
    for (const form of ['a', 'b', 'c'] as const) {
      const frame = encode(allWire(), form);
      const bare = createV2Wire({ zstd, dictionaries: [] });
      expect(bare.decode(frame)).toMatchObject({ ok: false, reason: 'dictionary_missing' });
      const inflated = zstd.open(new Uint8Array(0), { contentSize: true, dictionaryId: false });
      const whole = form === 'b' ? Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, ...frame.subarray(1)) : frame.subarray(1);
      expect(inflated.decompress(whole, 4096)).toBe('damaged');
    }
  });

  it('of another dictionary of the same number names its id', () => {
    const numbers = own.map(({ number }) => number).toReversed();
    const swapped = createV2Wire({
      zstd,
      dictionaries: own.map((dictionary, index) => ({ ...dictionary, number: numbers[index] ?? 0 })),
    });
    expect(swapped.decode(encode(allWire(), 'c'))).toMatchObject({
      reason: 'dictionary_missing',
      detail: expect.stringMatching(/its id is 0x0000003d$/) as string,
    });
  });

  it('of A without a dictionary, as some senders make it, is read with and without A', () => {
    const plain = zstd.open(new Uint8Array(0), { contentSize: true, dictionaryId: false });
    const content = make({ ...sampleMarker, remarks: 'Search area complete. '.repeat(9) });
    const body = plain.compress(toBinary(TAKPacketV2Schema, content));
    const frame = Uint8Array.of(0, ...body);
    for (const wire of [allWire(), createV2Wire({ zstd, dictionaries: [] })]) {
      expect(wire.decode(frame)).toMatchObject({ ok: true, packet: content, generation: 'a' });
    }
  });

  it('gives bytes of its own: the next frame does not change them', () => {
    const wire = allWire();
    const detail = make({
      ...sampleMarker,
      payloadVariant: { case: 'rawDetail', value: bytesOf('3c612f3e'.repeat(20)) },
    });
    const first = encode(wire, 'c', detail);
    const decoded = wire.decode(first);
    encode(wire, 'c', flight);
    wire.decode(encode(wire, 'c', make({ ...sampleMarker, uid: 'another', remarks: 'y'.repeat(200) })));
    expect(decoded).toMatchObject({ ok: true, packet: detail });
    expect(encode(wire, 'c', detail)).toEqual(first);
  });

  it('is read on after a damaged one', () => {
    const wire = allWire();
    for (const form of ['a', 'b', 'c'] as const) {
      const frame = encode(wire, form);
      for (let at = 6; at < frame.length; at += 7) {
        const damaged = frame.with(at, (frame[at] ?? 0) ^ 0x10);
        const result = wire.decode(damaged);
        expect(result.ok || reasonNames.includes(result.reason)).toBe(true);
        expect(wire.decode(frame)).toMatchObject({ ok: true, packet: sampleMarker });
      }
    }
  });

  // Frames made by hand with the id of set C where one is named; stock decoders inflate those whose content fits.
  const rle = (size: number, last: boolean): string => {
    const header = size * 8 + 2 + Number(last);
    return [header & 0xff, (header >> 8) & 0xff, header >> 16, 0x61]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('');
  };
  const frameOf = (head: string, ...blocks: readonly string[]): Uint8Array =>
    bytesOf(`3d28b52ffd${head}${blocks.join('')}`);

  it.each<[string, Uint8Array, string]>([
    ['declares 5000 bytes', frameOf('613d8812', rle(5000, true)), 'too_large'],
    ['declares 2 GiB', frameOf('a13d00000080', rle(8, true)), 'too_large'],
    [
      'declares nothing and repeats 7 MB',
      frameOf('01583d', ...Array.from({ length: 56 }, () => rle(131_072, false)), rle(1, true)),
      'too_large',
    ],
    ['declares less than it has', frameOf('213d04', rle(5, true)), 'garbled'],
    ['declares more than it has', frameOf('213d06', rle(5, true)), 'garbled'],
    ['inflates to nothing', frameOf('213d00', '010000'), 'garbled'],
    ['inflates to no packet', frameOf('213d05', rle(5, true)), 'garbled'],
    ['is followed by a byte', frameOf('213d05', rle(5, true), '00'), 'garbled'],
    ['is followed by a frame', frameOf('213d05', rle(5, true), '28b52ffd213d05', rle(5, true)), 'garbled'],
    ['is a skippable frame', bytesOf('3d502a4d180400000061616161'), 'garbled'],
    ['wants a window of 16 MiB', frameOf('01703d', rle(5, true)), 'too_large'],
  ])('that %s is refused', (_, frame, reason) => {
    expect(allWire().decode(frame)).toMatchObject({ ok: false, reason });
  });

  it('is bounded where nothing in it says how large it is', () => {
    const general = own.find(({ use }) => use === 'general');
    const form = { contentSize: false, dictionaryId: true };
    const compress = (length: number) =>
      zstd.open(general?.bytes ?? new Uint8Array(0), form).compress(toBinary(TAKPacketV2Schema, padded(length)));
    const decode = (length: number) => allWire().decode(Uint8Array.of(0x3d, ...compress(length)));
    expect(decode(4096)).toMatchObject({ ok: true });
    expect(decode(4097)).toEqual({ ok: false, reason: 'too_large', detail: 'more than 4096 bytes inflated' });
  });

  it('that says what no sender writes is taken for damage', () => {
    const lost = make({ ...sampleMarker, latitudeI: -2_000_000_000 });
    expect(allWire().decode(encode(allWire(), 'c', lost))).toEqual({
      ok: false,
      reason: 'garbled',
      detail: 'damaged, or compressed with another dictionary: latitude -200',
    });
  });

  it('never throws, whatever is done to it', () => {
    const wire = allWire();
    const frames = (['a', 'b', 'c'] as const).flatMap((form) => [encode(wire, form), encode(wire, form, flight)]);
    const mutated = fc
      .tuple(fc.constantFrom(...frames), fc.array(fc.tuple(fc.nat(230), fc.nat(255)), { maxLength: 4 }), fc.nat(230))
      .map(([frame, edits, cut]) => {
        const copy = frame.slice();
        for (const [at, byte] of edits) copy[at % copy.length] = byte;
        return cut < 200 ? copy : copy.subarray(0, cut - 200);
      });
    const anything = fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated);
    fc.assert(
      fc.property(anything, (frame) => {
        const result = wire.decode(frame);
        expect(result.ok || ['garbled', 'dictionary_missing', 'too_large'].includes(result.reason)).toBe(true);
        expect(!result.ok || result.packetBytes.length <= 4096).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe.skipIf(sdkFolder() === undefined).each(engines)('fixtures of the SDK, by $name', ({ zstd }) => {
  const fixtures = sdkFixtures();
  const wire = (): V2Wire => createV2Wire({ zstd, dictionaries: sdkDictionaries() });
  const parse = (content: Uint8Array) => {
    const raw = rawWire.decode(Uint8Array.of(0xff, ...content));
    return raw.ok ? raw.packet : expect.fail(raw.detail);
  };
  const sent = fixtures.map(({ packet: content }) => {
    const encoded = wire().encode(parse(content), { form: 'a' });
    return encoded.ok ? encoded : expect.fail(encoded.detail);
  });

  it.each(fixtures)('$name is read as it was sent', ({ frame, packet: content }) => {
    expect(wire().decode(frame)).toMatchObject({ ok: true, packetBytes: content, generation: 'a' });
  });

  it('are sent smaller than the SDK sends them', () => {
    const sizes = sent.map(({ frame }) => frame.length).toSorted((a, b) => a - b);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(206);
    // 41 of them sum up to 4269 at most; these are 22, and the SDK's own sum is 2467.
    expect(sizes.reduce((total, size) => total + size, 0)).toBeLessThanOrEqual(2360);
    fixtures.forEach(({ frame }, index) => expect(sent[index]?.frame.length).toBeLessThan(frame.length));
  });

  it('are read back whole', () => {
    for (const { frame, packetBytes } of sent) expect(wire().decode(frame)).toMatchObject({ ok: true, packetBytes });
  });

  const malformed: readonly (readonly [string, string])[] = [
    ['empty.bin', 'garbled'],
    ['single_byte.bin', 'garbled'],
    ['invalid_dict_id.bin', 'garbled'],
    ['truncated_zstd.bin', 'garbled'],
    // Random bytes that read as a generation B header of many gigabytes.
    ['corrupted_zstd.bin', 'too_large'],
    ['decompression_bomb.bin', 'too_large'],
    ['invalid_protobuf.bin', 'garbled'],
    ['oversized_callsign.bin', 'too_large'],
  ];
  it.each(malformed.filter(([name]) => sdkMalformed(name) !== undefined))('%s is refused', (name, reason) => {
    const all = createV2Wire({ zstd, dictionaries: [...sdkDictionaries(), ...standIns('b')] });
    expect(all.decode(sdkMalformed(name) ?? new Uint8Array(0))).toMatchObject({ ok: false, reason });
  });

  const reserved = sdkMalformed('reserved_bits_set.bin');
  it.skipIf(reserved === undefined)('reserved_bits_set.bin is read', () => {
    expect(wire().decode(reserved ?? new Uint8Array(0))).toMatchObject({
      ok: true,
      packet: { uid: 'test-reserved-bits', callsign: 'testnode5' },
      versionBits: 3,
    });
  });
});
