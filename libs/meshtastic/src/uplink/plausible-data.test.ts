import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { readData } from './plausible-data.ts';
import { bytesOf } from './testing/hex.ts';

const bothRules = ['strictly', 'exactly written'] as const;
const payload = Uint8Array.of(1, 2, 3);

/** A row of what passes each rule, as `strictly`/`exactly written`. */
const passes = (bytes: Uint8Array): string =>
  bothRules.map((rule) => (readData(bytes, rule) === undefined ? 'no' : 'yes')).join('/');

const encoded = (fields: Parameters<typeof create<typeof meshtastic.DataSchema>>[1]): Uint8Array =>
  toBinary(meshtastic.DataSchema, create(meshtastic.DataSchema, fields));

describe('the content of a packet', () => {
  it.each([
    ['a TAK packet', 'yes/yes', encoded({ portnum: 78, payload, bitfield: 0 })],
    ['one of firmware without a bitfield', 'yes/yes', encoded({ portnum: 72, payload })],
    ['one with every field', 'yes/yes', encoded({ portnum: 1, payload, dest: 5, source: 6, requestId: 7, emoji: 8 })],
    ['a signed one', 'yes/yes', encoded({ portnum: 257, payload, xeddsaSignature: new Uint8Array(64) })],
    ['one with half a signature', 'no/no', encoded({ portnum: 257, payload, xeddsaSignature: new Uint8Array(32) })],
    ['no port', 'no/no', encoded({ payload })],
    ['a port beyond the greatest', 'no/no', encoded({ portnum: 512 as meshtastic.PortNum, payload })],
    ['a private port', 'no/yes', encoded({ portnum: 300 as meshtastic.PortNum, payload })],
    ['a request without a payload', 'no/yes', encoded({ portnum: 70, wantResponse: true })],
    ['an emptied V1 packet of 2.7.26', 'no/yes', encoded({ portnum: 72, bitfield: 0 })],
    ['no bytes', 'no/no', new Uint8Array()],
    ['fields in another order', 'yes/no', bytesOf('12 03 01 02 03 08 4e')],
    ['a number written too long', 'yes/no', bytesOf('08 ce 00 12 03 01 02 03')],
    ['a field that ends too early', 'no/no', bytesOf('08 4e 12 04 01 02 03')],
  ])('%s: %s', (_, expected, bytes) => {
    expect(passes(bytes)).toBe(expected);
  });

  it('with a field of a later version is read where it is written exactly', () => {
    const later = new BinaryWriter().tag(12, WireType.Varint).uint32(1).finish();
    const bytes = Uint8Array.of(...encoded({ portnum: 78, payload }), ...later);
    expect(passes(bytes)).toBe('no/yes');
    expect(readData(bytes, 'exactly written')?.payload).toEqual(payload);
  });

  it.each([
    [10, 1],
    [40, 1],
    [232, 1],
  ])('is hardly ever found in %i random bytes', (length, atMost) => {
    let state = 1;
    const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24;
    let strict = 0;
    let exact = 0;
    for (let round = 0; round < 5000; round += 1) {
      const bytes = Uint8Array.from({ length }, random);
      if (readData(bytes, 'strictly') !== undefined) strict += 1;
      if (readData(bytes, 'exactly written') !== undefined) exact += 1;
    }
    expect(strict).toBeLessThanOrEqual(atMost);
    expect(exact).toBeLessThanOrEqual(atMost);
  });
});
