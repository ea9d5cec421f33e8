import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { detailOf, eventXml, packetOf, packetOfXml, payloadOf, samplePacket } from '../../testing/packets.ts';

type RabInit = MessageInitShape<typeof meshtastic.RangeAndBearingSchema>;

const rabOf = (detail: string, type = 'u-rb-a') => payloadOf(packetOf(type, detail), 'rab');
const built = (value: RabInit) =>
  detailOf(
    samplePacket({
      cotTypeId: meshtastic.CotType.CotType_u_rb_a,
      latitudeI: 1_0000000,
      payloadVariant: { case: 'rab', value },
    }),
  );

describe('a range and bearing is parsed', () => {
  it.each<[string, RabInit]>([
    ['<range value="12.345"/><bearing value="359.999"/>', { rangeCm: 1235, bearingCdeg: 36000 }],
    ['<range value="0"/>', { rangeCm: 0 }],
    ['<range value="-1"/><bearing value="north"/>', { rangeCm: 0, bearingCdeg: 0 }],
    ['<range value="1e12"/>', { rangeCm: 0x7fffffff }],
    [
      '<range value="1"/><strokeColor value="-256"/><strokeWeight value="3.0"/>',
      { strokeColor: 2, strokeWeightX10: 30 },
    ],
    [
      '<link uid="A" point="1,2"/><link uid="B" point="3,4"/>',
      { anchorUid: 'A', anchor: { latDeltaI: 0, lonDeltaI: 0 } },
    ],
    ['<link point="1.5,1.5"/>', { anchorUid: '', anchor: { latDeltaI: 5_000_000, lonDeltaI: -5_000_000 } }],
    ['<range value="1"/><link uid="A" type="a-f-G" relation="p-p"/>', { anchorUid: 'A' }],
  ])('from %s', (detail, fields) => {
    expect(rabOf(detail)).toMatchObject(fields);
  });

  it('without an anchor when there is none: 0, 0 is a place', () => {
    expect(rabOf('<range value="1"/>').anchor).toBeUndefined();
    expect(rabOf('<range value="1"/><link uid="A" point="5,5"/>', 'u-d-f').anchor).toBeUndefined();
  });
});

describe('a range and bearing is built', () => {
  it.each<[RabInit, string]>([
    [{}, ''],
    [{ rangeCm: 125050 }, '<range value="1250.5"/><bearing value="0"/>'],
    [{ bearingCdeg: 13500 }, '<bearing value="135"/>'],
    [{ anchor: {} }, '<link relation="p-p" type="b-m-p-w" point="1,0"/>'],
    [{ anchor: { latDeltaI: -1_0000000 } }, ''],
    [{ anchorUid: 'A' }, '<link uid="A" relation="p-p" type="b-m-p-w"/>'],
    [
      { anchor: { lonDeltaI: 1 }, anchorUid: 'A', strokeArgb: 255, strokeWeightX10: 5 },
      '<link uid="A" relation="p-p" type="b-m-p-w" point="1,0.0000001"/><strokeColor value="255"/><strokeWeight value="0.5"/>',
    ],
  ])('from %j', (value, detail) => {
    expect(built(value)).toBe(detail);
  });

  it('so that it is parsed to the same again', () => {
    for (const detail of [
      '<range value="1250.5"/><bearing value="0"/><link uid="A" type="b-m-p-w" relation="p-p" point="1.5,2"/>',
      '<range value="3"/><link uid="A" type="b-m-p-w" relation="p-p"/><strokeColor value="77"/>',
      '<bearing value="90"/>',
    ]) {
      const packet = packetOfXml(eventXml('u-rb-a', detail));
      expect(packetOf('u-rb-a', detailOf(packet))).toEqual(packet);
    }
  });
});
