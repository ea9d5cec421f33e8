import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Kind, meshtastic } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEventXml } from '../cot/build-event.ts';
import { parseEventXml } from '../cot/parse-event.ts';
import { stampEvent } from '../cot/stamp.ts';
import { NOON_MS, bytesOf, sampleEvent, sampleFrame, sampleNode } from '../testing/samples.ts';
import { decodeWaypoint, encodeWaypoint } from './waypoint.ts';

type WaypointInit = MessageInitShape<typeof meshtastic.WaypointSchema>;

const { WaypointSchema } = meshtastic;
const NOON_S = NOON_MS / 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
const FROM = sampleNode().num;
const CAMP: WaypointInit = { id: 42, latitudeI: 473766650, longitudeI: 85000000, name: 'Camp', icon: 0x26fa };

const frameOf = (fields: WaypointInit, about: Parameters<typeof sampleFrame>[0] = {}) =>
  sampleFrame({ port: 8, payload: toBinary(WaypointSchema, create(WaypointSchema, fields)), ...about });
const decode = (fields: WaypointInit, sender = sampleNode({ atMs: NOON_MS })) =>
  decodeWaypoint(frameOf(fields), sender);
const event = (...given: Parameters<typeof decode>): CotEvent => {
  const result = decode(...given);
  if (!result.ok) expect.fail(result.detail);
  return result.event;
};
/** As a TAK client has it, and gives it back. */
const throughTak = (cot: CotEvent): CotEvent => {
  const xml = buildEventXml(stampEvent(cot, NOON_MS));
  expect(cotFaults(xml)).toEqual([]);
  const parsed = parseEventXml(xml);
  if (!parsed.ok) expect.fail(parsed.detail);
  return parsed.event;
};
const encode = (cot: CotEvent) => {
  const result = encodeWaypoint(cot);
  if (!result.ok) expect.fail(result.detail);
  return { ...result, waypoint: fromBinary(WaypointSchema, result.frame.payload) };
};

describe('a waypoint', () => {
  it('is a marker', () => {
    const marker = event({ ...CAMP, description: 'Two tents\n<north>', expire: NOON_S + 3600, lockedTo: FROM });
    expect(marker).toMatchObject({
      uid: 'WAYPOINT-42',
      type: 'a-u-G',
      how: 'h-g-i-g-o',
      kind: Kind.MARKER,
      timeMs: 0,
      olderMs: 0,
      staleAfterMs: 3_600_000,
      lat: 47.376665,
      lon: 8.5,
      hae: 9999999,
      ce: 9999999,
      le: 9999999,
      callsign: 'Camp',
      detail:
        '<contact callsign="Camp"/>' +
        '<link uid="MESHTASTIC-15465D8D" type="a-f-G-U-C" relation="p-p" parent_callsign="BASE - Base Camp"/>' +
        '<usericon iconsetpath="f7f71666-8b28-4b57-9fbb-e38e61d33b79/Google/campground.png"/>' +
        '<__meshtastic id="!15465d8d" icon="9978" lockedTo="!15465d8d"/>' +
        '<remarks>Two tents&#10;&lt;north&gt;&#10;From: BASE - Base Camp [15465D8D], locked</remarks>',
    });
    expect(throughTak(marker).kind).toBe(Kind.MARKER);
  });

  it('has what it needs when little is said', () => {
    const marker = event({ id: 0xffffffff, latitudeI: 0, longitudeI: 1 });
    expect(marker).toMatchObject({ uid: 'WAYPOINT-4294967295', callsign: 'Dropped Pin', lat: 0, lon: 1e-7 });
    expect(marker.detail).toContain('/red-pushpin.png');
    expect(marker.detail).toContain('<remarks>From: BASE - Base Camp [15465D8D]</remarks>');
  });

  it.each<[string, number, number, number]>([
    ['a week without an end', 0, NOON_MS, 7 * DAY_MS],
    ['until its end', NOON_S + 1, NOON_MS, 1000],
    ['for 49 days at most', 0xffffffff, NOON_MS, 0xffffffff],
    ['a week when the agent has no clock', NOON_S + 1, 0, 7 * DAY_MS],
    ['a week when the clock of the agent was never set', NOON_S + 1, 86_400_000, 7 * DAY_MS],
    ['a week when the clock of the agent says nothing', NOON_S + 1, Number.NaN, 7 * DAY_MS],
    ['whole milliseconds', NOON_S + 1, NOON_MS + 0.5, 1000],
  ])('holds %s', (_, expire, atMs, staleAfterMs) => {
    expect(event({ ...CAMP, expire }, sampleNode({ atMs })).staleAfterMs).toBe(staleAfterMs);
  });

  it('of a user in TAK names the user', () => {
    const marker = event(CAMP, sampleNode({ tak: { uid: 'ANDROID-1', callsign: 'ALPHA' } }));
    expect(marker.detail).toContain('<link uid="ANDROID-1" type="a-f-G-U-C" relation="p-p" parent_callsign="ALPHA"/>');
  });

  it('to one node is for its user alone', () => {
    const result = decodeWaypoint(frameOf(CAMP, { to: 0xbeef }), sampleNode());
    expect(result.ok && result.event.detail).toContain('<marti><dest uid="MESHTASTIC-0000BEEF"/></marti>');
  });

  it('has a name and a description no longer than firmware makes them, on what lines they may have', () => {
    const marker = event({ ...CAMP, name: `a\n${'é'.repeat(40)}`, description: 'ü'.repeat(1000) });
    expect(marker.callsign).toBe(`a ${'é'.repeat(12)}…`);
    expect(marker.detail).toContain(`<remarks>${'ü'.repeat(48)}…&#10;From`);
  });

  it.each<[string, WaypointInit, number]>([
    ['by the apps', { id: 42, expire: 1 }, NOON_MS],
    ['with all that it was', { ...CAMP, expire: 1 }, NOON_MS],
    ['by an end that is past', { ...CAMP, expire: NOON_S }, NOON_MS],
    ['by an end that no clock has seen', { id: 42, expire: 1_000_000_000 }, 0],
  ])('is deleted %s', (_, fields, atMs) => {
    const deleted = event(fields, sampleNode({ atMs }));
    expect(deleted).toMatchObject({
      uid: 'WAYPOINT-42-delete',
      type: 't-x-d-d',
      kind: Kind.DELETE,
      staleAfterMs: 900_000,
      detail: '<link uid="WAYPOINT-42" type="a-u-G" relation="p-p"/><__forcedelete/>',
    });
    expect(throughTak(deleted).kind).toBe(Kind.DELETE);
  });

  it.each<[string, WaypointInit, string]>([
    ['without an id', { ...CAMP, id: 0 }, 'impossible'],
    ['without a place', { id: 1 }, 'impossible'],
    ['at 0, 0', { id: 1, latitudeI: 0, longitudeI: 0 }, 'impossible'],
    ['off the globe', { id: 1, latitudeI: 900000001, longitudeI: 0 }, 'impossible'],
    ['off the globe sideways', { id: 1, latitudeI: 0, longitudeI: -1800000001 }, 'impossible'],
    ['that another node has locked', { ...CAMP, lockedTo: 7 }, 'impossible'],
    ['whose lock another node would delete', { id: 42, expire: 1, lockedTo: 7 }, 'impossible'],
  ])('is refused %s', (_, fields, reason) => {
    expect(decode(fields)).toMatchObject({ ok: false, reason });
  });

  it('is refused when it is none', () => {
    expect(decodeWaypoint(sampleFrame({ port: 8, payload: bytesOf('1500') }), sampleNode())).toMatchObject({
      ok: false,
      reason: 'garbled',
    });
    expect(decodeWaypoint(sampleFrame({ port: 8 }), sampleNode())).toMatchObject({ ok: false, reason: 'impossible' });
  });
});

describe('a marker for plain nodes', () => {
  const marker = (detail: string, fields: Parameters<typeof sampleEvent>[0] = {}): CotEvent =>
    sampleEvent({ uid: 'm-1', type: 'b-m-p-s-m', kind: Kind.MARKER, detail, callsign: 'Spot', ...fields });

  it('is a waypoint to everybody', () => {
    const encoded = encode(marker('<usericon iconsetpath="x"/><remarks> look here </remarks>'));
    expect(encoded).toMatchObject({
      frame: { port: 8, to: 0xffffffff, wantAck: false },
      stripped: [],
      waypoint: {
        latitudeI: 331000000,
        longitudeI: -1072000000,
        expire: NOON_S + 60,
        lockedTo: 0,
        name: 'Spot',
        description: 'look here',
        icon: 0x1f4cd,
      },
    });
    expect(encoded.waypoint.id).toBe(encode(marker('')).waypoint.id);
    expect(encoded.waypoint.id).not.toBe(encode(marker('', { uid: 'm-2' })).waypoint.id);
  });

  it.each([
    ['0 without an end', { startMs: 0, timeMs: 0, staleMs: 0 }, 0],
    ['the largest that there is', { staleMs: 1e15 }, 0xffffffff],
    ['a deletion when it was stale from the start', { staleMs: NOON_MS }, 1],
  ])('ends at %s', (_, times, expire) => {
    expect(encode(marker('', times)).waypoint.expire).toBe(expire);
  });

  it('is cut where firmware has no room, and says so', () => {
    const long = encode(
      marker(`<remarks>${'ü'.repeat(60)}</remarks>`, { callsign: 'A name that is far too long for it' }),
    );
    expect(long).toMatchObject({
      stripped: ['name', 'description'],
      waypoint: { name: 'A name that is far too lon…', description: `${'ü'.repeat(48)}…` },
    });
    expect(long.frame.payload.length).toBeLessThan(200);
  });

  it.each<[string, CotEvent, string]>([
    ['a user', sampleEvent(), 'unsupported'],
    ['a chat line', sampleEvent({ type: 'b-t-f', kind: Kind.CHAT }), 'unsupported'],
    ['a shape', sampleEvent({ type: 'u-d-f', kind: Kind.SHAPE }), 'unsupported'],
    ['a point at 0, 0', marker('', { lat: 0, lon: 0 }), 'impossible'],
    ['one user', marker('<marti><dest callsign="BRAVO"/></marti>'), 'unsupported'],
    ['two nodes', marker('<marti><dest uid="!00000007"/><dest uid="!00000008"/></marti>'), 'unsupported'],
    ['a locked waypoint', marker('<__meshtastic lockedTo="!00000007"/>'), 'not_allowed'],
  ])('is refused for %s', (_, cot, reason) => {
    expect(encodeWaypoint(cot)).toMatchObject({ ok: false, reason });
  });

  it('goes to the one node that it is for, its deletion too', () => {
    const only = '<marti><dest uid="MESHTASTIC-0000BEEF"/></marti>';
    expect(encode(marker(only)).frame.to).toBe(0xbeef);
    expect(encode(marker('<marti/>')).frame.to).toBe(0xffffffff);
    const detail = `<link uid="m-1" type="b-m-p-s-m"/>${only}`;
    expect(encode(sampleEvent({ type: 't-x-d-d', kind: Kind.DELETE, detail })).frame.to).toBe(0xbeef);
  });

  it('is deleted by the id it was sent with', () => {
    const deletion = (link: string) => sampleEvent({ uid: 'd', type: 't-x-d-d', kind: Kind.DELETE, detail: link });
    const { id } = encode(marker('')).waypoint;
    for (const type of ['type="b-m-p-s-m" ', 'type="a-h-G" ', '']) {
      const { waypoint } = encode(deletion(`<link ${type}uid="m-1" relation="none"/><__forcedelete/>`));
      expect(waypoint).toMatchObject({ id, expire: 1 });
    }
    for (const link of [
      '',
      '<link relation="p-p"/>',
      '<link uid="x" type="u-d-f"/>',
      '<link uid="x" type="a-f-G-U-C"/>',
    ]) {
      expect(encodeWaypoint(deletion(link))).toMatchObject({ ok: false, reason: 'unsupported' });
    }
  });
});

describe('a waypoint through TAK and back', () => {
  const name = fc
    .stringMatching(/^[A-Za-z0-9<&"'é][A-Za-z0-9 <&"'é]{0,8}[A-Za-z0-9<&"'é]$/)
    .filter((n) => !n.includes('  '));
  const waypoint = fc.record({
    id: fc.integer({ min: 1, max: 0xffffffff }),
    latitudeI: fc.integer({ min: -900000000, max: 900000000 }),
    longitudeI: fc.integer({ min: -1800000000, max: 1800000000 }).filter((i) => i !== 0),
    expire: fc.integer({ min: NOON_S + 1, max: NOON_S + 4_000_000 }),
    name,
    description: fc.stringMatching(/^(?:[A-Za-z0-9<&'é.:\n]{0,20}[A-Za-z0-9<&'é.])?$/).map((text) => text.trim()),
    icon: fc.oneof(fc.integer({ min: 1, max: 0x1faff }), fc.constantFrom(0x1f525, 0x26fa, 0x1f98c)),
  });

  it('is the same', () => {
    fc.assert(
      fc.property(waypoint, (fields) => {
        const { waypoint: back, stripped } = encode(throughTak(event(fields)));
        expect(back).toMatchObject(fields);
        expect(stripped).toEqual([]);
      }),
    );
  });

  it('loses its lack of an icon and of an end', () => {
    expect(encode(throughTak(event(CAMP))).waypoint.expire).toBe(NOON_S + 7 * 24 * 3600);
    expect(encode(throughTak(event({ ...CAMP, icon: 0 }))).waypoint.icon).toBe(0x1f4cd);
  });

  it('takes the icon that it was given in TAK', () => {
    const marker = event(CAMP);
    marker.detail = marker.detail.replace('campground', 'firedept');
    expect(encode(marker).waypoint.icon).toBe(0x1f525);
  });

  it('is deleted there and here', () => {
    expect(encode(throughTak(event({ id: 42, expire: 1 }))).waypoint).toMatchObject({ id: 42, expire: 1 });
  });
});
