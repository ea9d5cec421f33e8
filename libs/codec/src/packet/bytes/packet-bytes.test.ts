import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyPacket } from '../../testing/any-packet.ts';
import { samplePacket } from '../../testing/packets.ts';
import { bytesOf } from '../../testing/samples.ts';
import { decodePacket } from './decode.ts';
import { encodePacket } from './encode.ts';

const schema = meshtastic.TAKPacketV2Schema;
const library = (bytes: Uint8Array) => {
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false });
  } catch {
    return undefined;
  }
};

describe('the bytes of a packet', () => {
  it('are those of the library, both ways', () => {
    fc.assert(
      fc.property(anyPacket, (packet) => {
        const bytes = toBinary(schema, packet);
        expect(encodePacket(packet)).toEqual(bytes);
        expect(decodePacket(bytes)).toEqual(library(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['a number of a newer schema', '08a0fb7f7a0161'],
    ['fields of a newer schema, of every wire type', 'a006018906000000000000000092060161e50601000000'],
    ['a field that comes twice', '080108027201617a01627a0163'],
    ['a sub-message that comes twice: it is merged', 'fa01030a0161fa010312 0162'.replace(' ', '')],
    ['another payload after the first', 'fa01030a0161f00101'],
    ['a packed list, one by one', '92020990010290010498010a'],
    ['a packed list in two pieces', '92020c9201020102920101049a0100'],
    ['a negative enumeration', '08ffffffffffffffffff01'],
    ['a number above 32 bits', '48ffffffffff0f'],
    ['a truth above 32 bits', 'f001808080808001'],
    ['a truth above 1', 'f00102'],
    ['a long text with umlauts', `7a2c${'c3a4'.repeat(22)}`],
    ['a short text with umlauts', '7a0461c3a462'],
  ])('of %s are read as the library reads them', (_, hex) => {
    const bytes = bytesOf(hex);
    expect(decodePacket(bytes)).toBeDefined();
    expect(decodePacket(bytes)).toEqual(library(bytes));
  });

  it.each<[string, string]>([
    ['cut in a tag', '80'],
    ['cut in a number', '0880'],
    ['cut in a fixed number', '35000000'],
    ['cut in a text', '7a0561'],
    ['cut in a sub-message', 'fa01050a01'],
    ['with a field longer than its message', 'fa01030a0561616161'],
    ['with a list longer than its message', '92020492010501'],
    ['with a number of eleven bytes', '08ffffffffffffffffffff01'],
    ['with field number 0', '0001'],
    ['with a group', '0b0c'],
    ['with wire type 7', '0f'],
    ['with text that is no UTF-8', '7a02c328'],
    ['with a length beyond 32 bits', '7affffffff0f'],
  ])('%s are none', (_, hex) => {
    expect(decodePacket(bytesOf(hex))).toBeUndefined();
  });

  it('skip a known number of another wire type, which no writer writes', () => {
    expect(decodePacket(bytesOf('0a0161 7a0162'.replace(' ', '')))).toEqual(
      samplePacket({ uid: '', cotTypeId: 0, deviceCallsign: 'b' }),
    );
  });

  it('never make it throw, and share nothing between packets', () => {
    const before = decodePacket(new Uint8Array());
    fc.assert(
      fc.property(anyPacket, fc.nat(), fc.nat(255), fc.nat(), (packet, at, byte, cut) => {
        const bytes = encodePacket(packet);
        const mutated =
          bytes.length === 0 ? bytes : bytes.with(at % bytes.length, byte).subarray(0, cut % (bytes.length + 1));
        expect([undefined, 'object']).toContain(
          typeof (decodePacket(mutated) ?? {}) === 'object' ? 'object' : undefined,
        );
      }),
      { numRuns: 500 },
    );
    expect(decodePacket(new Uint8Array())).toEqual(before);
  });
});
