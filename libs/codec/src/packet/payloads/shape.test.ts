import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detailOf, eventXml, packetOf, packetOfXml, payloadOf, samplePacket } from '../../testing/packets.ts';
import { PROFILE_A, PROFILE_B } from '../profile.ts';

type ShapeInit = MessageInitShape<typeof meshtastic.DrawnShapeSchema>;

const shapeOf = (detail: string, type = 'u-d-f', profile = PROFILE_B) =>
  payloadOf(packetOf(type, detail, profile), 'shape');
const built = (value: ShapeInit, latitudeI = 0, longitudeI = 0) =>
  detailOf(
    samplePacket({
      cotTypeId: meshtastic.CotType.CotType_u_d_c_c,
      latitudeI,
      longitudeI,
      payloadVariant: { case: 'shape', value },
    }),
  );
const links = (count: number) => Array.from({ length: count }, (_, i) => `<link point="1.${i + 10},2"/>`).join('');

describe('a drawing is parsed', () => {
  it.each([
    ['u-d-c-c', 1],
    ['u-d-r', 2],
    ['u-d-f', 3],
    ['u-d-f-m', 4],
    ['u-d-p', 5],
    ['u-r-b-c-c', 6],
    ['u-r-b-bullseye', 7],
    ['u-d-c-e', 8],
    ['u-d-v', 9],
    ['u-d-v-m', 10],
    ['u-d-q', 0],
  ])('of type %s as kind %i', (type, kind) => {
    expect(shapeOf('<shape/>', type).kind).toBe(kind);
  });

  it.each<[string, ShapeInit]>([
    ['<shape/>', { angleDeg: 0, style: 0 }],
    ['<bullseye distance="500" bearingRef="G" mils="true" bullseyeUID="B"/>', { bullseyeDistanceDm: 5000 }],
    [
      '<bullseye bearingRef="x" hasRangeRings="true" edgeToCenter="TRUE"/>',
      { bullseyeBearingRef: 0, bullseyeFlags: 2 },
    ],
    ['<strokeWeight value="2.55"/>', { strokeWeightX10: 26 }],
    ['<strokeWeight value="-1"/>', { strokeWeightX10: 0 }],
    ['<strokeColor value="-65536"/>', { style: 1, strokeColor: meshtastic.Team.Red, strokeArgb: 0 }],
    ['<strokeColor value="4294901760"/>', { style: 1, strokeColor: meshtastic.Team.Red, strokeArgb: 0 }],
    ['<strokeColor value="-65537"/>', { style: 1, strokeColor: 0, strokeArgb: 0xfffeffff }],
    ['<strokeColor value="red"/>', { style: 1, strokeColor: 0, strokeArgb: 0 }],
    ['<fillColor value="0"/>', { style: 2, fillColor: 0, fillArgb: 0 }],
    ['<strokeColor value="1"/><fillColor value="2"/>', { style: 3 }],
    ['<shape><ellipse major="1" minor="2" angle="0"/></shape>', { majorCm: 100, minorCm: 200, angleDeg: 0 }],
    ['<shape><ellipse major="12.345" minor="x"/></shape>', { majorCm: 1235, minorCm: 0, angleDeg: 360 }],
    ['<shape><ellipse major="1" angle="45.5"/></shape>', { angleDeg: 46 }],
    ['<shape><ellipse major="1" angle="-90"/></shape>', { angleDeg: 270 }],
    ['<shape><ellipse major="1"/><ellipse major="3"/></shape>', { majorCm: 300 }],
    ['<shape><ellipse major="1e12"/></shape>', { majorCm: 0x7fffffff }],
    ['<shape/><labels_on value="true"/>', { labelsOn: true }],
    ['<shape/><labels_on value="TRUE"/>', { labelsOn: false }],
  ])('from %s', (detail, fields) => {
    expect(shapeOf(detail)).toMatchObject(fields);
  });

  it.each<[string, number[], number[]]>([
    ['<link point="1.5,2.5"/><link point=" 1.0 , 2.0 ,99"/>', [5_000_000, 0], [5_000_000, 0]],
    ['<link point="abc,2"/><link point="1"/><link point=""/><link point="1,2"/>', [0], [0]],
    ['<link point="99,2"/>', [890_000_000], [0]],
    ['<link uid="x.Style" point="1,2"/><link type="b-x-KmlStyle" point="1,2"/><shape/>', [], []],
    [
      '<shape><polyline><vertex lat="1" lon="2"/><vertex lat="1" lon="3"/><vertex lat="x"/></polyline></shape>',
      [0, 0],
      [0, 10_000_000],
    ],
    [
      '<shape><polyline closed="true"><vertex lat="1" lon="2"/><vertex lat="1" lon="3"/></polyline></shape>',
      [0, 0, 0],
      [0, 10_000_000, 0],
    ],
    ['<link point="1,2"/><shape><polyline><vertex lat="5" lon="5"/></polyline></shape>', [0], [0]],
  ])('with the vertices of %s', (detail, lats, lons) => {
    expect(shapeOf(detail)).toMatchObject({ vertexLatDeltas: lats, vertexLonDeltas: lons, vertices: [] });
    expect(shapeOf(detail, 'u-d-f', PROFILE_A)).toMatchObject({
      vertexLatDeltas: [],
      vertices: lats.map((latDeltaI, i) => ({ latDeltaI, lonDeltaI: lons[i] })),
    });
  });

  it('with 32 vertices at most, and says so', () => {
    expect(shapeOf(links(32))).toMatchObject({ truncated: false });
    const cut = packetOf('u-d-f', links(33));
    expect(payloadOf(cut, 'shape')).toMatchObject({ truncated: true });
    expect(payloadOf(cut, 'shape').vertexLatDeltas).toHaveLength(32);
    expect(detailOf(cut)).toContain('<remarks>Not every point is here: shortened for the mesh.</remarks>');
  });

  it('with the mark of one that was cut, and without it in the remarks', () => {
    const packet = packetOf('u-d-f', `${links(33)}<remarks>mine</remarks>`);
    expect(packet.remarks).toBe('mine');
    expect(packetOf('u-d-f', detailOf(packet))).toMatchObject({
      remarks: 'mine',
      payloadVariant: { value: { truncated: true } },
    });
  });

  it('with both words for a colour in the form of the SDK', () => {
    const value = shapeOf('<strokeColor value="-1"/>', 'u-d-f', PROFILE_A);
    expect(value).toMatchObject({ strokeColor: 1, strokeArgb: 0xffffffff, angleDeg: 360 });
  });
});

describe('a drawing is built', () => {
  it.each<[string, ShapeInit, string]>([
    ['of nothing', {}, '<labels_on value="false"/>'],
    [
      'with its colours',
      { strokeArgb: 0x80123456, fillColor: meshtastic.Team.Brown, fillArgb: 1, strokeWeightX10: 25, labelsOn: true },
      '<strokeColor value="-2146290602"/><strokeWeight value="2.5"/><fillColor value="-8947849"/>' +
        '<labels_on value="true"/>',
    ],
    ['with a stroke of no colour', { style: 1 }, '<strokeColor value="0"/><labels_on value="false"/>'],
    [
      'without a fill it does not have',
      { style: 1, strokeArgb: 1, fillArgb: 2 },
      '<strokeColor value="1"/><labels_on value="false"/>',
    ],
    ['with a weight alone', { strokeWeightX10: 30 }, '<strokeWeight value="3"/><labels_on value="false"/>'],
    [
      'as a bullseye',
      { kind: 7, bullseyeDistanceDm: 55, bullseyeBearingRef: 2, bullseyeFlags: 9, bullseyeUidRef: 'B' },
      '<bullseye distance="5.5" bearingRef="T" rangeRingVisible="true" mils="true" bullseyeUID="B"/>' +
        '<labels_on value="false"/>',
    ],
    ['as a bullseye of a newer schema', { kind: 7, bullseyeBearingRef: 9 }, '<bullseye/><labels_on value="false"/>'],
  ])('%s', (_, value, detail) => {
    expect(built(value)).toBe(detail);
  });

  it('with an ellipse and its KML style, whatever its kind', () => {
    expect(
      built({
        majorCm: 22698,
        minorCm: 1,
        angleDeg: 0,
        style: 3,
        strokeArgb: 0xff123456,
        strokeWeightX10: 40,
        fillArgb: 0x7f000001,
      }),
    ).toBe(
      '<shape><ellipse major="226.98" minor="0.01" angle="0"/>' +
        '<link uid="u1.Style" type="b-x-KmlStyle" relation="p-c"><Style>' +
        '<LineStyle><color>ff563412</color><width>4</width></LineStyle><PolyStyle><color>7f010000</color></PolyStyle>' +
        '</Style></link></shape><strokeColor value="-15584170"/><strokeWeight value="4"/><fillColor value="2130706433"/>' +
        '<labels_on value="false"/>',
    );
  });

  it.each<[string, ShapeInit]>([
    ['one by one', { vertices: [{ latDeltaI: 10, lonDeltaI: -20 }, {}] }],
    ['in columns', { vertexLatDeltas: [10, 0], vertexLonDeltas: [-20, 0] }],
    ['in columns of different length', { vertexLatDeltas: [10, 0, 5], vertexLonDeltas: [-20, 0] }],
  ])('from vertices %s', (_, value) => {
    expect(built(value, 1_0000000, 2_0000000)).toBe(
      '<link point="1.000001,1.999998"/><link point="1,2"/><labels_on value="false"/>',
    );
  });

  it('across the antimeridian', () => {
    const xml = eventXml('u-d-f', '<link point="0,179.9"/><link point="0,-179.95"/>', 'lat="0" lon="-179.95"');
    const packet = packetOfXml(xml);
    expect(payloadOf(packet, 'shape').vertexLonDeltas).toEqual([-696467296, 0]);
    expect(detailOf(packet)).toContain('<link point="0,179.9"/><link point="0,-179.95"/>');
  });

  it('with 256 points at most', () => {
    const many = Array.from({ length: 1500 }, () => 1);
    const detail = built({ vertexLatDeltas: many, vertexLonDeltas: many });
    expect(detail.match(/<link /g)).toHaveLength(256);
  });

  it('so that it is parsed to the same again', () => {
    const delta = fc.integer({ min: -1_000_000, max: 1_000_000 });
    const color = fc.integer({ min: 0, max: 0xffffffff });
    const vertices = fc.array(fc.tuple(delta, delta), { maxLength: 32 });
    fc.assert(
      fc.property(
        vertices,
        color,
        color,
        fc.nat(5000),
        fc.nat(359),
        fc.boolean(),
        (points, stroke, fill, cm, angle, isOn) => {
          const detail =
            points.map(([lat, lon]) => `<link point="${1 + lat / 1e7},${2 + lon / 1e7}"/>`).join('') +
            `<shape><ellipse major="${(cm + 1) / 100}" minor="${cm / 100}" angle="${angle}"/></shape>` +
            `<strokeColor value="${stroke}"/><fillColor value="${fill | 0}"/><labels_on value="${String(isOn)}"/>`;
          const packet = packetOf('u-d-f', detail);
          expect(packetOf('u-d-f', detailOf(packet))).toEqual(packet);
        },
      ),
      { numRuns: 200 },
    );
  });
});
