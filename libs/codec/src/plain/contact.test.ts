import type { MessageInitShape } from '@bufbuild/protobuf';
import { Kind, NodeStateSchema, meshtastic } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEventXml } from '../cot/build-event.ts';
import { parseEventXml } from '../cot/parse-event.ts';
import { stampEvent } from '../cot/stamp.ts';
import { NOON_MS, sampleNode } from '../testing/samples.ts';
import { buildContact, decodeContact } from './contact.ts';
import { PLAIN_DEFAULTS } from './options.ts';
import type { NodeOverride, NoFix, PlainOptions } from './options.ts';

type NodeInit = MessageInitShape<typeof NodeStateSchema>;

const detail = (fields: NodeInit, options = PLAIN_DEFAULTS): string => buildContact(sampleNode(fields), options).detail;
const withOptions = (options: Partial<PlainOptions>): PlainOptions => ({ ...PLAIN_DEFAULTS, ...options });
const overriding = (override: NodeOverride, options: Partial<PlainOptions> = {}): PlainOptions =>
  withOptions({ ...options, nodes: new Map([[sampleNode().num, override]]) });
const HERE = { latitudeI: 473766650, longitudeI: 85000000 };
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const { Config_DeviceConfig_Role: Role } = meshtastic;

describe('the contact of a node', () => {
  it('says all that is known', () => {
    const node = sampleNode({
      fix: {
        latitudeI: 473766650,
        longitudeI: 85000000,
        altitudeHaeM: 448,
        precisionBits: 32,
        groundSpeedKmh: 36,
        groundTrackE5: 9_012_345,
        locationSource: 2,
        ageMs: 30_000,
      },
      metrics: { battery: 85, voltage: 4.05, channelUtilization: 12.34, airUtilTx: 0 },
      rssiDbm: -97,
      snrDb: 5.25,
      hops: 2,
      viaMqtt: true,
    });
    expect(buildContact(node)).toMatchObject({
      uid: 'MESHTASTIC-15465D8D',
      type: 'a-f-G-U-C',
      how: 'm-g',
      kind: Kind.PLI,
      timeMs: 0,
      olderMs: 30_000,
      staleAfterMs: 900_000,
      lat: 47.376665,
      lon: 8.5,
      hae: 448,
      callsign: 'BASE - Base Camp',
      team: 'Green',
      role: 'Team Member',
      detail:
        '<contact callsign="BASE - Base Camp" endpoint="*:-1:stcp"/><__group role="Team Member" name="Green"/>' +
        '<status battery="85"/><track speed="10" course="90.12"/><precisionlocation geopointsrc="GPS" altsrc="GPS"/>' +
        '<uid Droid="BASE - Base Camp"/>' +
        '<__meshtastic id="!15465d8d" role="CLIENT" hops="2" viaMqtt="true"/>' +
        '<remarks>Battery: 85% | Voltage: 4.05V | Chan Util: 12.3% | Air Util Tx: 0.0% | RSSI: -97 dBm | SNR: 5.3 dB</remarks>',
    });
  });

  it('without a fix stands nowhere and says so', () => {
    const event = buildContact(sampleNode({ fix: { ageMs: 5 }, rssiDbm: -97 }));
    expect(event).toMatchObject({ lat: 0, lon: 0, hae: 9999999, ce: 9999999, le: 9999999, olderMs: 0 });
    expect(event.detail).toContain('<remarks>No position yet | RSSI: -97 dBm</remarks>');
    expect(event.detail).not.toMatch(/track|precisionlocation/);
  });

  it('set by hand is entered, not measured', () => {
    const event = buildContact(sampleNode({ fix: { latitudeI: 1, longitudeI: 2, locationSource: 1 } }));
    expect(event.how).toBe('h-e');
    expect(event.detail).toContain('<precisionlocation geopointsrc="USER" altsrc="???"/>');
  });

  it('cannot be called when the node takes no messages', () => {
    expect(detail({ unmessagable: true })).toContain('<contact callsign="BASE - Base Camp"/>');
  });

  it.each<[NodeInit, string]>([
    [{ shortName: 'AB', longName: 'Alpha Bravo' }, 'AB - Alpha Bravo'],
    [{ shortName: 'AB', longName: '' }, 'AB'],
    [{ shortName: '', longName: 'Alpha' }, 'Alpha'],
    [{ shortName: 'AB', longName: 'AB' }, 'AB'],
    [{ shortName: ' ', longName: '\u0000' }, '!15465d8d'],
    [{ shortName: '🦊', longName: 'a\u202Eb\n  c\uFFFD' }, '🦊 - a b c'],
    [{ shortName: '', longName: 'é'.repeat(65) }, 'é'.repeat(64)],
  ])('is called by its names: %j', (fields, callsign) => {
    expect(buildContact(sampleNode(fields)).callsign).toBe(callsign);
  });

  it.each<[NodeInit['metrics'] & object, string | undefined, string | undefined]>([
    [{ battery: 101, voltage: 4.2 }, '100', 'Battery: external power | Voltage: 4.20V'],
    [{ battery: 0 }, undefined, undefined],
    [{ battery: 0, voltage: -1 }, undefined, undefined],
    [{ battery: 0, voltage: 3.1 }, '0', 'Battery: 0% | Voltage: 3.10V'],
    [{ voltage: Number.NaN, airUtilTx: Number.POSITIVE_INFINITY }, undefined, undefined],
    [{}, undefined, undefined],
  ])('shows a battery that is known: %j', (metrics, status, remarks) => {
    const text = detail({ metrics, fix: { latitudeI: 1, longitudeI: 1 } });
    expect(/<status battery="(\d+)"\/>/.exec(text)?.[1]).toBe(status);
    expect(/<remarks>(.*)<\/remarks>/.exec(text)?.[1]).toBe(remarks);
  });

  it.each<[NodeInit['fix'] & object, string | undefined]>([
    [{ groundSpeedKmh: 36, groundTrackE5: 9_012_345 }, '<track speed="10" course="90.12"/>'],
    [{ groundSpeedKmh: 5, groundTrackE5: 0 }, '<track speed="1.39" course="0"/>'],
    [{ groundSpeedKmh: 2, groundTrackE5: 36_000 }, '<track speed="0.56" course="0.36"/>'],
    [{ groundSpeedKmh: 36_000, groundTrackE5: 36_000_000 }, '<track speed="10000" course="360"/>'],
    // Who stands still would point somewhere, mostly north.
    [{ groundSpeedKmh: 0, groundTrackE5: 9_000_000 }, undefined],
    [{ groundSpeedKmh: 1, groundTrackE5: 9_000_000 }, undefined],
    [{ groundSpeedKmh: 5 }, undefined],
    [{ groundTrackE5: 9_000_000 }, undefined],
    [{ groundSpeedKmh: 5, groundTrackE5: 36_000_001 }, undefined],
    [{ groundSpeedKmh: 36_001, groundTrackE5: 0 }, undefined],
    [{}, undefined],
  ])('moves as far as that is known: %j', (fix, track) => {
    expect(/<track[^>]*>/.exec(detail({ fix: { ...HERE, ...fix } }))?.[0]).toBe(track);
  });

  it.each<[NodeInit['fix'] & object, string | undefined]>([
    [{ groundSpeedKmh: 5 }, 'Speed: 5 km/h'],
    [{ groundSpeedKmh: 5, groundTrackE5: 36_000_001 }, 'Speed: 5 km/h'],
    [{ groundSpeedKmh: 5, groundTrackE5: 1 }, undefined],
    [{ groundSpeedKmh: 4_000_000 }, undefined],
    [{ altitudeMslM: 400 }, 'Altitude: 400 m above the sea'],
    [{ altitudeMslM: 400, geoidSeparationM: 48 }, undefined],
    [{ altitudeMslM: 400_000 }, undefined],
    [{ ageMs: 15 * MINUTE_MS - 1 }, undefined],
    [{ ageMs: 15 * MINUTE_MS }, 'Position 15 min old'],
    [{ ageMs: 60 * MINUTE_MS - 1 }, 'Position 59 min old'],
    [{ ageMs: 150 * MINUTE_MS }, 'Position 2 h old'],
    [{ ageMs: DAY_MS }, 'Position a day old or more'],
    [{ ageMs: DAY_MS, locationSource: 1 }, undefined],
  ])('says in its remarks what has no place elsewhere: %j', (fix, remarks) => {
    expect(/<remarks>(.*)<\/remarks>/.exec(detail({ fix: { ...HERE, ...fix } }))?.[1]).toBe(remarks);
  });

  it('is as old as its position, and fresh after its hearing for as long as the operator says', () => {
    const node = sampleNode({ fix: { ...HERE, ageMs: 3 * DAY_MS } });
    expect(buildContact(node)).toMatchObject({ olderMs: 3 * DAY_MS, staleAfterMs: 900_000 });
    expect(buildContact(node, withOptions({ staleSeconds: 7200 })).staleAfterMs).toBe(7_200_000);
    expect(buildContact(node, withOptions({ staleSeconds: 1e9 })).staleAfterMs).toBe(0xffffffff);
  });

  it('is an event that every receiver accepts, whatever the node says', () => {
    const name = fc.string({ unit: 'binary', maxLength: 40 });
    const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
    const uint32 = fc.integer({ min: 0, max: 0xffffffff });
    const node = fc.record({
      num: uint32,
      longName: name,
      shortName: name,
      fix: fc.record({
        latitudeI: int32,
        longitudeI: int32,
        altitudeHaeM: int32,
        precisionBits: uint32,
        groundSpeedKmh: uint32,
        groundTrackE5: uint32,
        hdopE2: uint32,
        ageMs: uint32,
      }),
      metrics: fc.record({ battery: uint32, voltage: fc.float(), channelUtilization: fc.float() }),
      snrDb: fc.float(),
    });
    fc.assert(
      fc.property(node, (fields) => {
        const xml = buildEventXml(stampEvent(buildContact(sampleNode(fields)), NOON_MS));
        expect(cotFaults(xml)).toEqual([]);
        expect(parseEventXml(xml)).toMatchObject({ ok: true, event: { kind: Kind.PLI } });
      }),
    );
  });
});

describe('what the operator says of nodes', () => {
  it("makes the seed gateway's contacts", () => {
    const seed = withOptions({ uid: 'ID-{hex}', callsign: '{long}|{short}|{uid}', team: 'Cyan' });
    expect(buildContact(sampleNode(), seed)).toMatchObject({
      uid: 'ID-15465d8d',
      callsign: 'Base Camp',
      type: 'a-f-G-U-C',
      team: 'Cyan',
      role: 'Team Member',
      lat: 0,
      lon: 0,
    });
    expect(buildContact(sampleNode({ longName: '', shortName: '' }), seed).callsign).toBe('ID-15465d8d');
  });

  it('holds for one node alone', () => {
    const options = overriding({ callsign: 'DOG 1', team: 'Dark_Blue', role: 'K9', type: 'a-f-G-U-C-I' });
    expect(buildContact(sampleNode(), options)).toMatchObject({
      uid: 'MESHTASTIC-15465D8D',
      callsign: 'DOG 1',
      team: 'Dark Blue',
      role: 'K9',
      type: 'a-f-G-U-C-I',
    });
    expect(buildContact(sampleNode({ num: 7 }), options)).toMatchObject({
      callsign: 'BASE - Base Camp',
      team: 'Green',
      type: 'a-f-G-U-C',
    });
  });

  it.each<[string, PlainOptions, string, string]>([
    ['the default', PLAIN_DEFAULTS, 'Bob', 'Green'],
    ['a suffix', PLAIN_DEFAULTS, 'Bob -5', 'Red'],
    ['a suffix that is no colour', PLAIN_DEFAULTS, 'Bob -15', 'Green'],
    ['a suffix that is not read', withOptions({ teamSuffix: false }), 'Bob -5', 'Green'],
    ['an override over the suffix', overriding({ team: 'Teal' }), 'Bob -5', 'Teal'],
    ['a colour that clients do not know', withOptions({ team: 'Black' }), 'Bob', 'Cyan'],
    ['an override that clients do not know', overriding({ team: 'black' }), 'Bob', 'Cyan'],
  ])('gives the team: %s', (_, options, longName, team) => {
    const event = buildContact(sampleNode({ longName }), options);
    expect(event.team).toBe(team);
    expect(event.detail).toContain(`name="${team}"`);
  });

  it.each<[number, string, boolean]>([
    [Role.CLIENT, 'a-f-G-U-U-S-R', true],
    [Role.CLIENT_MUTE, 'a-f-G-U', true],
    [Role.ROUTER, 'a-f-G-I-U-T', false],
    [Role.ROUTER_LATE, 'a-f-G-I-U-T', false],
    [Role.REPEATER, 'a-f-G-I-U-T', false],
    [Role.TRACKER, 'a-f-G-E-S', false],
    [Role.SENSOR, 'a-f-G-E-S-E', false],
    [Role.LOST_AND_FOUND, 'a-f-G-E-S', false],
    [Role.CLIENT_BASE, 'a-f-G-U-U-S-F', true],
    [99, 'a-f-G-U-C', true],
  ])('lets the type say the role %i: %s; only units have a team and are chat partners', (role, type, isPartner) => {
    const event = buildContact(sampleNode({ role }), withOptions({ typeByRole: true }));
    expect(event.type).toBe(type);
    expect([event.detail.includes('endpoint'), event.detail.includes('<__group'), event.team !== '']).toEqual(
      Array.from({ length: 3 }, () => isPartner),
    );
    expect(buildContact(sampleNode({ role })).type).toBe('a-f-G-U-C');
  });

  it('gives even a thing a team, when it is said of that node', () => {
    const event = buildContact(sampleNode(), overriding({ type: 'a-f-G-E-V', team: 'Red' }));
    expect(event).toMatchObject({ type: 'a-f-G-E-V', team: 'Red' });
    expect(event.detail).not.toContain('endpoint');
  });
});

describe('a node without a position', () => {
  const at = { kind: 'at', lat: 47.5, lon: 8.25, haeM: 500 } as const;
  const show = (noFix: NoFix, fix?: NodeInit['fix'] & object) => {
    const result = decodeContact(sampleNode(fix === undefined ? {} : { fix }), withOptions({ noFix }));
    return result.ok ? { lat: result.event.lat, older: result.event.olderMs } : result.reason;
  };
  const old = { ...HERE, ageMs: 5 * DAY_MS };

  it.each<[NoFix, ReturnType<typeof show>, ReturnType<typeof show>]>([
    [{ kind: 'list' }, { lat: 0, older: 0 }, { lat: 47.376665, older: 5 * DAY_MS }],
    [at, { lat: 47.5, older: 0 }, { lat: 47.376665, older: 5 * DAY_MS }],
    [{ kind: 'lastKnown' }, 'not_for_tak', { lat: 47.376665, older: 5 * DAY_MS }],
    [{ kind: 'hide' }, 'not_for_tak', 'not_for_tak'],
  ])('stands where the operator says: %j', (noFix, never, long) => {
    expect(show(noFix)).toEqual(never);
    expect(show(noFix, { latitudeI: 0, longitudeI: 0 })).toEqual(never);
    expect(show(noFix, old)).toEqual(long);
    // The first fix takes the place of all that.
    expect(show(noFix, { ...HERE, ageMs: DAY_MS - 1 })).toEqual({ lat: 47.376665, older: DAY_MS - 1 });
    expect(show(noFix, { ...old, locationSource: 1 })).toEqual({ lat: 47.376665, older: 5 * DAY_MS });
  });

  it('is marked as placed by the operator, never as measured', () => {
    const event = buildContact(sampleNode(), withOptions({ noFix: at }));
    expect(event).toMatchObject({ lat: 47.5, lon: 8.25, hae: 500, ce: 9999999, le: 9999999 });
    expect(event.detail).toContain('<remarks>No position yet, placed by hand</remarks>');
    expect(event.detail).not.toContain('precisionlocation');
  });

  it('may be placed by itself', () => {
    const result = decodeContact(sampleNode(), overriding({ noFix: at }, { noFix: { kind: 'hide' } }));
    expect(result).toMatchObject({ ok: true, event: { lat: 47.5 } });
  });
});

describe('a node whose user is in TAK', () => {
  const tak = { uid: 'ANDROID-1', callsign: 'ALPHA' };

  it.each<[string, NodeInit, string | undefined]>([
    ['reports', { tak: { ...tak, ageMs: 899_999 } }, 'the node shows itself in TAK as ALPHA'],
    ['has no callsign', { tak: { uid: 'ANDROID-1' } }, 'the node shows itself in TAK as ANDROID-1'],
    ['reports no more', { tak: { ...tak, ageMs: 900_000 } }, undefined],
    ['has a radio for TAK', { role: Role.TAK }, 'a radio in a TAK role without a position: its user reports to TAK'],
    ['has a TAK radio that knows its place', { role: Role.TAK, fix: HERE }, undefined],
    ['has a tracker with an empty fix', { role: Role.TAK_TRACKER, fix: {} }, expect.any(String)],
  ])('is shown once: %s', (_, fields, refused) => {
    const result = decodeContact(sampleNode(fields));
    expect(result.ok ? undefined : result).toEqual(
      refused === undefined ? undefined : { ok: false, reason: 'tak_identity', detail: refused },
    );
  });
});
