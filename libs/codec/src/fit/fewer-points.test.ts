import { meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Packet } from '../packet/payload.ts';
import { buildVertices } from '../packet/vertices.ts';
import { detailOf, payloadOf, samplePacket } from '../testing/packets.ts';
import { fewerVertices, fewerWayPoints } from './fewer-points.ts';

type Point = readonly [lat: number, lon: number];

const TYPE = meshtastic.CotType;
const columns = (points: readonly Point[], latitudeI = 0): Packet =>
  samplePacket({
    cotTypeId: TYPE.CotType_u_d_f,
    latitudeI,
    payloadVariant: {
      case: 'shape',
      value: { vertexLatDeltas: points.map(([lat]) => lat), vertexLonDeltas: points.map(([, lon]) => lon) },
    },
  });
const list = (points: readonly Point[]): Packet =>
  samplePacket({
    cotTypeId: TYPE.CotType_u_d_f,
    payloadVariant: {
      case: 'shape',
      value: { vertices: points.map(([latDeltaI, lonDeltaI]) => ({ latDeltaI, lonDeltaI })) },
    },
  });
const route = (points: readonly (readonly [...Point, linkType: number])[]): Packet =>
  samplePacket({
    cotTypeId: TYPE.CotType_b_m_r,
    payloadVariant: {
      case: 'route',
      value: {
        links: points.map(([latDeltaI, lonDeltaI, linkType], at) => ({
          point: { latDeltaI, lonDeltaI },
          callsign: String(at),
          linkType,
        })),
      },
    },
  });

const verticesOf = (packet: Packet): readonly Point[] =>
  buildVertices(payloadOf(packet, 'shape'), { latitudeI: 0, longitudeI: 0 }).map((p) => [p.latitudeI, p.longitudeI]);
const namesOf = (packet: Packet): string =>
  payloadOf(packet, 'route')
    .links.map(({ callsign }) => callsign)
    .join(' ');

/** A square of 4000 with a point on each side that is 1, 2, 3 and 4 off it. */
const square: readonly Point[] = [
  [0, 0],
  [1, 2000],
  [0, 4000],
  [2000, 4002],
  [4000, 4000],
  [4003, 2000],
  [4000, 0],
  [2000, -4],
  [0, 0],
];

describe('fewerVertices', () => {
  it.each([
    ['columns', columns],
    ['a list', list],
  ])('leaves out first what changes the course the least, of %s', (_, shape) => {
    expect(verticesOf(fewerVertices(8)(shape(square)))).toEqual(square.filter(([lat]) => lat !== 1));
    expect(verticesOf(fewerVertices(5)(shape(square)))).toEqual(square.filter((_point, at) => at % 2 === 0));
  });

  it('keeps the first and the last', () => {
    const kept = verticesOf(fewerVertices(4)(columns(square)));
    expect(kept).toHaveLength(4);
    expect([kept[0], kept.at(-1)]).toEqual([square[0], square.at(-1)]);
  });

  it('says that it did, in the field and to people', () => {
    const fewer = fewerVertices(8)(columns(square));
    expect(payloadOf(fewer, 'shape').truncated).toBe(true);
    expect(detailOf(fewer)).toContain('shortened for the mesh');
  });

  it.each([
    ['as many as may be', columns(square), 9],
    ['a rectangle', columns(square.slice(0, 4)), 0],
    ['another payload', samplePacket({ payloadVariant: { case: 'marker', value: {} } }), 0],
    ['a circle', samplePacket({ payloadVariant: { case: 'shape', value: { majorCm: 100 } } }), 0],
  ])('leaves %s as it is', (_, packet, most) => {
    expect(fewerVertices(most)(packet)).toBe(packet);
  });

  it('measures degrees of longitude as short as they are there', () => {
    // 300 east at 60 degrees north is 150: less than 200 north.
    const bent: readonly Point[] = [
      [0, 0],
      [5000, 300],
      [10000, 0],
      [10200, 5000],
      [10000, 10000],
    ];
    expect(verticesOf(fewerVertices(4)(columns(bent, 60e7)))).toEqual(bent.filter((_point, at) => at !== 1));
    expect(verticesOf(fewerVertices(4)(columns(bent, 0)))).toEqual(bent.filter((_point, at) => at !== 3));
  });

  const anyLine = fc.array(fc.tuple(fc.integer({ min: -1e5, max: 1e5 }), fc.integer({ min: -1e5, max: 1e5 })), {
    maxLength: 60,
  });

  it('keeps the order and no more than it may, of any line, in a copy', () => {
    fc.assert(
      fc.property(anyLine, fc.integer({ min: 0, max: 60 }), (points, most) => {
        const packet = columns(points);
        const before = structuredClone(packet);
        const kept = [...verticesOf(fewerVertices(most)(packet))];
        expect(packet).toEqual(before);
        expect(kept).toHaveLength(Math.min(points.length, Math.max(most, 4)));
        for (const point of points) {
          if (kept[0]?.[0] === point[0] && kept[0][1] === point[1]) kept.shift();
        }
        expect(kept).toEqual([]);
      }),
    );
  });

  it('takes no long time for more points than anybody may send', () => {
    const points = Array.from({ length: 2000 }, (_, at): Point => [at * at, at]);
    expect(verticesOf(fewerVertices(6)(columns(points)))).toHaveLength(6);
  });
});

describe('fewerWayPoints', () => {
  const ten = Array.from({ length: 10 }, (_, at) => [at % 2 === 0 ? 0 : 100 * at, at * 1000, at < 3 ? 1 : 0] as const);

  it('leaves out control points first', () => {
    expect(namesOf(fewerWayPoints(9)(route(ten)))).toBe('0 2 3 4 5 6 7 8 9');
    expect(namesOf(fewerWayPoints(8)(route(ten)))).toBe('0 3 4 5 6 7 8 9');
  });

  it('leaves out way points when it must, and says so', () => {
    const fewer = fewerWayPoints(7)(route(ten));
    expect(namesOf(fewer).split(' ')).toHaveLength(7);
    expect(payloadOf(fewer, 'route').truncated).toBe(true);
    expect(detailOf(fewer)).toContain('shortened for the mesh');
  });

  it.each([2, 5, 6])('leaves a route of %i points as it is', (count) => {
    const packet = route(ten.slice(0, count));
    expect(fewerWayPoints(0)(packet)).toBe(packet);
  });

  it('never goes below six', () => {
    expect(namesOf(fewerWayPoints(0)(route(ten))).split(' ')).toHaveLength(6);
  });

  it('leaves other payloads as they are', () => {
    expect(fewerWayPoints(0)(columns(square))).toEqual(columns(square));
  });
});
