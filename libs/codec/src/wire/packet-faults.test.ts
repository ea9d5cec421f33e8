import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../testing/samples.ts';
import { hasWireTypes, implausible } from './packet-faults.ts';

const { TAKPacketV2Schema } = meshtastic;
const packet = (fields: MessageInitShape<typeof TAKPacketV2Schema> = {}) => create(TAKPacketV2Schema, fields);

describe('hasWireTypes', () => {
  it.each([
    ['nothing', ''],
    ['a number, a text and a coordinate', '0801 72025531 35ffffffff'],
    ['a number in ten bytes', '40 ffffffffffffffffff01'],
    ['a message', 'fa0100'],
    ['field 255', 'f80f01'],
    ['fields of a newer schema: number, 64 bits, bytes, 32 bits', 'f80201 f9020102030405060708 fa020100 fd0201020304'],
  ])('takes %s', (_, hex) => {
    expect(hasWireTypes(bytesOf(hex.replaceAll(' ', '')))).toBe(true);
  });

  it.each([
    ['a text as a number', '7005'],
    ['a number as bytes', '0a00'],
    ['a coordinate as a number', '3001'],
    ['field 0', '0001'],
    ['field 256', '801001'],
    ['field 2048', '80800101'],
    ['a group', '730801 74'],
    ['an unknown wire type', '0e'],
    ['a tag cut off', '80'],
    ['a number cut off', '0880'],
    ['a number of eleven bytes', '08 ffffffffffffffffffff01'],
    ['a text cut off', '720555'],
    ['a length beyond everything', '72 ffffffff7f 55'],
    ['a coordinate cut off', '35ffff'],
    ['64 bits cut off', 'f90201'],
  ])('refuses %s', (_, hex) => {
    expect(hasWireTypes(bytesOf(hex.replaceAll(' ', '')))).toBe(false);
  });

  it('takes whatever the runtime writes', () => {
    const text = fc.string({ maxLength: 20 });
    const fields = fc.record({
      uid: text,
      altitude: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
      latitudeI: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
      speed: fc.nat(0xffffffff),
      remarks: text,
      marti: fc.record({ destCallsign: fc.array(text) }),
      environment: fc.record({ temperatureCX10: fc.integer({ min: -1000, max: 1000 }) }),
    });
    fc.assert(
      fc.property(fields, (init) => {
        expect(hasWireTypes(toBinary(TAKPacketV2Schema, packet(init)))).toBe(true);
      }),
    );
  });
});

describe('implausible', () => {
  it.each<[string, MessageInitShape<typeof TAKPacketV2Schema>]>([
    ['nothing', {}],
    ['the corners of the globe', { latitudeI: -900_000_000, longitudeI: 1_800_000_000 }],
    ['an unknown height', { altitude: 9_999_999 }],
    ['a full circle', { course: 36_000 }],
    ['numbers that a newer schema may use', { cotTypeId: 127 as 126, team: 15 as 14, role: 9 as 8, how: 8 as 7 }],
  ])('finds nothing in %s', (_, fields) => {
    expect(implausible(packet(fields))).toBeUndefined();
  });

  it.each<[string, MessageInitShape<typeof TAKPacketV2Schema>]>([
    ['latitude 90.0000001', { latitudeI: 900_000_001 }],
    ['latitude -214.7483648', { latitudeI: -0x80000000 }],
    ['longitude -180.0000001', { longitudeI: -1_800_000_001 }],
    ['altitude 10000000 m', { altitude: 10_000_000 }],
    ['course 360.01', { course: 36_001 }],
    ['battery 256 %', { battery: 256 }],
    ['cot_type_id 1024', { cotTypeId: 1024 as 126 }],
    ['cot_type_id -1', { cotTypeId: -1 as 126 }],
    ['how 128', { how: 128 as 7 }],
    ['team 128', { team: 128 as 14 }],
    ['role -5', { role: -5 as 8 }],
    ['source of the position', { geoSrc: 128 as 3 }],
  ])('says %s', (fault, fields) => {
    expect(implausible(packet(fields))).toBe(fault);
  });
});
