import { create, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNodeTable } from './node-table.ts';

const { PositionSchema, TelemetrySchema, UserSchema, PortNum } = meshtastic;
const { POSITION_APP, NODEINFO_APP, TELEMETRY_APP, ATAK_PLUGIN_V2 } = PortNum;

const NODE = 0x1234_5678;
const WALL_MS = Date.UTC(2026, 5, 1, 12);
/** So many seconds after the start of the test, by both clocks. */
const at = (seconds: number) => ({ monotonicMs: 50_000_000 + seconds * 1000, wallMs: WALL_MS + seconds * 1000 });
/** The same moment in epoch seconds. */
const epoch = (seconds: number): number => WALL_MS / 1000 + seconds;
const live = { replayed: false };
const replayed = { replayed: true };

const table = (maxNodes?: number) =>
  createNodeTable({ agent: 'r1', mesh: 'home', ...(maxNodes === undefined ? {} : { maxNodes }) });
const encode = <S extends DescMessage>(schema: S, init: MessageInitShape<S>): Uint8Array =>
  toBinary(schema, create(schema, init));
const packet = (
  portnum: meshtastic.PortNum,
  payload: Uint8Array,
  fields: MessageInitShape<typeof meshtastic.MeshPacketSchema> = {},
) =>
  create(meshtastic.MeshPacketSchema, {
    from: NODE,
    payloadVariant: { case: 'decoded', value: { portnum, payload } },
    ...fields,
  });
const position = (
  init: MessageInitShape<typeof PositionSchema>,
  fields?: MessageInitShape<typeof meshtastic.MeshPacketSchema>,
) => packet(POSITION_APP, encode(PositionSchema, init), fields);
const user = (init: MessageInitShape<typeof UserSchema>) => packet(NODEINFO_APP, encode(UserSchema, init));
const metrics = (value: MessageInitShape<typeof meshtastic.DeviceMetricsSchema>) =>
  packet(TELEMETRY_APP, encode(TelemetrySchema, { variant: { case: 'deviceMetrics', value } }));
const info = (init: MessageInitShape<typeof meshtastic.NodeInfoSchema>) =>
  create(meshtastic.NodeInfoSchema, { num: NODE, ...init });
const here = { latitudeI: 473_766_650, longitudeI: 85_412_340 };
const there = { latitudeI: 1, longitudeI: 2 };
const merged = { kind: 'merged', forgot: undefined };

describe('reception', () => {
  it('is that of the last packet, readable or not', () => {
    const nodes = table();
    const encrypted = { from: NODE, rxRssi: -80, rxSnr: 6.5, hopStart: 3, hopLimit: 1, viaMqtt: true };
    const unreadable = create(meshtastic.MeshPacketSchema, {
      ...encrypted,
      payloadVariant: { case: 'encrypted', value: Uint8Array.of(1) },
    });
    expect(nodes.heard(unreadable, at(0), live)).toEqual(merged);
    expect(nodes.state(NODE, at(5))).toMatchObject({
      num: NODE,
      agent: 'r1',
      mesh: 'home',
      own: false,
      rssiDbm: -80,
      snrDb: 6.5,
      hops: 2,
      viaMqtt: true,
      heardAgeMs: 5000,
      atMs: WALL_MS + 5000,
    });
    nodes.heard(packet(ATAK_PLUGIN_V2, Uint8Array.of(1)), at(7), live);
    const state = nodes.state(NODE, at(7));
    expect([state?.rssiDbm, state?.snrDb, state?.hops, state?.viaMqtt, state?.heardAgeMs]).toEqual([
      undefined,
      undefined,
      undefined,
      false,
      0,
    ]);
  });

  it.each([
    ['firmware that does not say', { hopStart: 0, hopLimit: 0 }, undefined],
    ['a start below the limit', { hopStart: 2, hopLimit: 3 }, undefined],
    ['more hops than there can be', { hopStart: 200, hopLimit: 3 }, undefined],
    ['a direct neighbour', { hopStart: 3, hopLimit: 3 }, 0],
  ])('counts hops of %s', (_, fields, hops) => {
    const nodes = table();
    nodes.heard(packet(ATAK_PLUGIN_V2, Uint8Array.of(1), fields), at(0), live);
    expect(nodes.state(NODE, at(0))?.hops).toBe(hops);
  });

  it('takes zero hops as meant when there is a bitfield', () => {
    const nodes = table();
    const value = { portnum: ATAK_PLUGIN_V2, payload: Uint8Array.of(1), bitfield: 0 };
    nodes.heard(
      create(meshtastic.MeshPacketSchema, { from: NODE, payloadVariant: { case: 'decoded', value } }),
      at(0),
      live,
    );
    expect(nodes.state(NODE, at(0))?.hops).toBe(0);
  });

  it('of a replay or dump is as old as the radio says, and a day when it does not', () => {
    const nodes = table();
    nodes.heard(position(here, { rxTime: epoch(-100) }), at(0), replayed);
    expect(nodes.state(NODE, at(0))?.heardAgeMs).toBe(100_000);
    nodes.info(info({ lastHeard: epoch(-40), snr: 5, hopsAway: 1 }), at(0));
    expect(nodes.state(NODE, at(0))).toMatchObject({ heardAgeMs: 40_000, snrDb: 5, hops: 1 });
    nodes.heard(position(here, { from: 76, rxTime: epoch(60) }), at(0), replayed);
    expect(nodes.state(76, at(0))?.heardAgeMs).toBe(0);
    nodes.info(info({ num: 77 }), at(0));
    expect(nodes.state(77, at(0))?.heardAgeMs).toBe(86_400_000);
  });

  it('is not touched by an older dump', () => {
    const nodes = table();
    nodes.heard(packet(ATAK_PLUGIN_V2, Uint8Array.of(1), { rxRssi: -70 }), at(0), live);
    nodes.info(info({ lastHeard: epoch(-1), hopsAway: 4 }), at(1));
    expect(nodes.state(NODE, at(1))).toMatchObject({ heardAgeMs: 1000, rssiDbm: -70 });
  });

  it.each([0, 3, 0xffff_ffff])('cannot be of number %i', (num) => {
    const nodes = table();
    expect(nodes.heard(packet(ATAK_PLUGIN_V2, new Uint8Array(), { from: num }), at(0), live).kind).toBe('impossible');
    expect(nodes.nums()).toEqual([]);
  });
});

describe('a position', () => {
  it('is a fix with all that the sender says of it', () => {
    const nodes = table();
    const heard = nodes.heard(
      position({
        ...here,
        altitude: 408,
        altitudeHae: 455,
        altitudeGeoidalSeparation: 47,
        time: epoch(-3),
        timestamp: epoch(-10),
        locationSource: meshtastic.Position_LocSource.LOC_INTERNAL,
        HDOP: 120,
        groundSpeed: 36,
        groundTrack: 27_000_000,
        precisionBits: 32,
      }),
      at(0),
      live,
    );
    expect(heard).toEqual(merged);
    expect(nodes.state(NODE, at(5))?.fix).toMatchObject({
      ...here,
      altitudeMslM: 408,
      altitudeHaeM: 455,
      geoidSeparationM: 47,
      ageMs: 15_000,
      locationSource: 2,
      hdopE2: 120,
      groundSpeedKmh: 36,
      groundTrackE5: 27_000_000,
      precisionBits: 32,
    });
  });

  it.each([
    ['by the sender', { time: epoch(-3) }, 3000],
    ['never in the future', { time: epoch(60) }, 0],
    ['on receipt when the sender is more than a minute ahead', { time: epoch(61) }, 0],
    ['on receipt when the sender has no clock', { time: 0 }, 0],
    ['on receipt when the clock was never set', { time: Date.UTC(2019, 11, 31) / 1000 }, 0],
    ['when it is sent, if set by hand', { time: epoch(-3), timestamp: epoch(-9999), locationSource: 1 as const }, 3000],
  ])('is dated %s', (_, fields, ageMs) => {
    const nodes = table();
    nodes.heard(position({ ...here, ...fields }), at(0), live);
    expect(nodes.state(NODE, at(30))?.fix?.ageMs).toBe(ageMs + 30_000);
  });

  it.each([
    ['only a time', { time: epoch(0) }],
    ['both coordinates zero', { latitudeI: 0, longitudeI: 0 }],
    ['nothing', {}],
  ])('with %s is none, and the last fix stays', (_, init) => {
    const nodes = table();
    nodes.heard(position(here), at(0), live);
    expect(nodes.heard(position(init), at(10), live)).toEqual(merged);
    expect(nodes.state(NODE, at(10))?.fix).toMatchObject({ ...here, ageMs: 10_000 });
  });

  it('on the equator may lack its latitude', () => {
    const nodes = table();
    nodes.heard(position({ longitudeI: 85_412_340 }), at(0), live);
    expect(nodes.state(NODE, at(0))?.fix).toMatchObject({ latitudeI: 0, longitudeI: 85_412_340 });
  });

  it.each([
    ['north of the pole', { latitudeI: 900_000_001, longitudeI: 1 }],
    ['west of the date line', { latitudeI: 1, longitudeI: -1_800_000_001 }],
    ['in the middle of the 16-bit cell at 0, 0', { latitudeI: 32768, longitudeI: 32768, precisionBits: 16 }],
    ['in the middle of the 13-bit cell at 0, 0', { latitudeI: 262_144, longitudeI: 262_144, precisionBits: 13 }],
  ])('%s is impossible, and the sender counts as heard', (_, init) => {
    const nodes = table();
    expect(nodes.heard(position(init), at(0), live).kind).toBe('impossible');
    expect(nodes.state(NODE, at(1))).toMatchObject({ heardAgeMs: 1000 });
    expect(nodes.state(NODE, at(1))?.fix).toBeUndefined();
  });

  it.each([
    ['the same numbers at another precision', { latitudeI: 32768, longitudeI: 32768, precisionBits: 15 }],
    ['the corners of the Earth', { latitudeI: -900_000_000, longitudeI: 1_800_000_000 }],
  ])('may be %s', (_, init) => {
    const nodes = table();
    expect(nodes.heard(position(init), at(0), live)).toEqual(merged);
    expect(nodes.state(NODE, at(0))?.fix).toMatchObject(init);
  });

  it('has no track beyond a full turn and no precision beyond 32 bits', () => {
    const nodes = table();
    nodes.heard(position({ ...here, groundTrack: 36_000_001, precisionBits: 33 }), at(0), live);
    expect(nodes.state(NODE, at(0))?.fix).toMatchObject({ precisionBits: 0 });
    expect(nodes.state(NODE, at(0))?.fix?.groundTrackE5).toBeUndefined();
  });

  it('heard live is not replaced by an older one out of memory, but by a newer one', () => {
    const nodes = table();
    nodes.heard(position({ ...here, time: epoch(0) }), at(0), live);
    nodes.heard(position({ ...there, time: epoch(-5) }), at(1), replayed);
    nodes.info(info({ position: { ...there, time: epoch(0) } }), at(1));
    expect(nodes.state(NODE, at(1))?.fix).toMatchObject(here);
    nodes.heard(position({ ...there, time: epoch(1) }), at(2), replayed);
    expect(nodes.state(NODE, at(2))?.fix).toMatchObject({ ...there, ageMs: 1000 });
  });

  it('out of memory without a time is as old as its packet, never new', () => {
    const nodes = table();
    nodes.heard(position(here, { rxTime: epoch(-500) }), at(0), replayed);
    expect(nodes.state(NODE, at(0))?.fix?.ageMs).toBe(500_000);
    nodes.info(info({ num: 77, position: here }), at(0));
    expect(nodes.state(77, at(0))?.fix?.ageMs).toBe(86_400_000);
  });

  it('that was overtaken on its way is not taken; one of a clock that was set back is', () => {
    const nodes = table();
    nodes.heard(position({ ...here, time: epoch(0) }), at(0), live);
    nodes.heard(position({ ...there, time: epoch(-30) }), at(1), live);
    expect(nodes.state(NODE, at(1))?.fix).toMatchObject(here);
    nodes.heard(position({ ...there, time: epoch(-7200) }), at(2), live);
    expect(nodes.state(NODE, at(2))?.fix).toMatchObject(there);
  });

  it('has the same age when the wall clock is set', () => {
    const nodes = table();
    nodes.heard(position({ ...here, time: epoch(-3) }), at(0), live);
    expect(nodes.state(NODE, { monotonicMs: at(1).monotonicMs, wallMs: WALL_MS + 1e9 })?.fix?.ageMs).toBe(4000);
  });
});

describe('names', () => {
  const named = { longName: 'Ridge', shortName: 'RDG', role: 7, hwModel: 43, isUnmessagable: true } as const;
  it('are those of the last NodeInfo, at most 64 characters', () => {
    const nodes = table();
    nodes.heard(user(named), at(0), live);
    expect(nodes.state(NODE, at(0))).toMatchObject({
      longName: 'Ridge',
      shortName: 'RDG',
      role: 7,
      hardwareModel: 43,
      unmessagable: true,
    });
    nodes.heard(user({ longName: `x${'🔔'.repeat(40)}` }), at(1), live);
    expect(nodes.state(NODE, at(1))?.longName).toBe(`x${'🔔'.repeat(31)}`);
  });

  it('come from the dump until they are heard, and again when the radio heard the node later', () => {
    const nodes = table();
    nodes.info(info({ user: { longName: 'dump' } }), at(0));
    expect(nodes.state(NODE, at(0))?.longName).toBe('dump');
    nodes.heard(user({ longName: 'live' }), at(10), live);
    nodes.info(info({ user: { longName: 'old' }, lastHeard: epoch(10) }), at(20));
    expect(nodes.state(NODE, at(20))?.longName).toBe('live');
    nodes.info(info({ user: { longName: 'renamed' }, lastHeard: epoch(3600) }), at(4000));
    expect(nodes.state(NODE, at(4000))?.longName).toBe('renamed');
  });

  it('of the attached radio come from every dump', () => {
    const nodes = table();
    nodes.setOwn(NODE);
    nodes.heard(user({ longName: 'before' }), at(0), live);
    nodes.info(info({ user: { longName: 'after' } }), at(1));
    expect(nodes.state(NODE, at(1))).toMatchObject({ longName: 'after', own: true });
  });

  it('stay when a node only asks for ours', () => {
    const nodes = table();
    nodes.heard(user(named), at(0), live);
    expect(nodes.heard(packet(NODEINFO_APP, new Uint8Array()), at(1), live)).toEqual(merged);
    expect(nodes.state(NODE, at(1))?.longName).toBe('Ridge');
  });
});

describe('metrics', () => {
  it.each([
    ['a battery', { batteryLevel: 80, voltage: 3.5 }, { battery: 80, voltage: 3.5 }],
    ['external power', { batteryLevel: 101 }, { battery: 101 }],
    ['an empty battery', { batteryLevel: 0, voltage: 3 }, { battery: 0, voltage: 3 }],
    ['no battery: 0 without a voltage', { batteryLevel: 0, channelUtilization: 12.5 }, { channelUtilization: 12.5 }],
    ['no battery: 0 with a negative voltage', { batteryLevel: 0, voltage: -1, airUtilTx: 0 }, { airUtilTx: 0 }],
    ['a level beyond 101', { batteryLevel: 200, airUtilTx: 2 }, { airUtilTx: 2 }],
    [
      'what is no number',
      { voltage: NaN, channelUtilization: Infinity, airUtilTx: NaN, batteryLevel: 7 },
      { battery: 7 },
    ],
    ['more than all of the air', { channelUtilization: 101, airUtilTx: -1, batteryLevel: 7 }, { battery: 7 }],
  ])('say %s', (_, said, known) => {
    const nodes = table();
    expect(nodes.heard(metrics(said), at(0), live)).toEqual(merged);
    const { $typeName, ...read } = nodes.state(NODE, at(0))?.metrics ?? { $typeName: '' };
    expect($typeName).toBe('cotbus.v1.Metrics');
    expect(read).toEqual(known);
  });

  it('that say nothing leave the last ones, and other telemetry too', () => {
    const nodes = table();
    nodes.heard(metrics({ batteryLevel: 50 }), at(0), live);
    nodes.heard(metrics({}), at(1), live);
    const other = encode(TelemetrySchema, { variant: { case: 'environmentMetrics', value: Uint8Array.of(8, 1) } });
    expect(nodes.heard(packet(TELEMETRY_APP, other), at(2), live)).toEqual(merged);
    expect(nodes.state(NODE, at(2))?.metrics?.battery).toBe(50);
  });

  it('come from the dump until they are heard', () => {
    const nodes = table();
    nodes.info(info({ deviceMetrics: { batteryLevel: 20 }, isIgnored: true }), at(0));
    expect(nodes.state(NODE, at(0))).toMatchObject({ metrics: { battery: 20 }, ignored: true });
    nodes.heard(metrics({ batteryLevel: 30 }), at(1), live);
    nodes.info(info({ deviceMetrics: { batteryLevel: 20 } }), at(2));
    expect(nodes.state(NODE, at(2))).toMatchObject({ metrics: { battery: 30 }, ignored: false });
  });
});

describe('a TAK identity', () => {
  const identity = { uid: 'ANDROID-1', callsign: 'RIDGE', team: 'Cyan', role: 'Team Lead' };
  it('belongs to a node that was heard and ages since it was learned', () => {
    const nodes = table();
    nodes.learnTak(NODE, identity, at(0));
    expect(nodes.nums()).toEqual([]);
    nodes.heard(packet(ATAK_PLUGIN_V2, Uint8Array.of(1)), at(0), live);
    nodes.learnTak(NODE, { ...identity, callsign: 'x'.repeat(65) }, at(0));
    expect(nodes.state(NODE, at(9))?.tak).toMatchObject({ ...identity, callsign: 'x'.repeat(64), ageMs: 9000 });
    nodes.learnTak(NODE, { ...identity, uid: 'u'.repeat(129) }, at(10));
    expect(nodes.state(NODE, at(10))?.tak?.uid).toBe('ANDROID-1');
  });
});

describe('the table', () => {
  it.each([POSITION_APP, NODEINFO_APP, TELEMETRY_APP])('calls what is no message of port %i garbled', (port) => {
    const nodes = table();
    const heard = nodes.heard(packet(port, Uint8Array.of(0x0a, 0xff)), at(0), live);
    expect(heard).toMatchObject({ kind: 'garbled', forgot: undefined });
    expect(nodes.state(NODE, at(0))?.heardAgeMs).toBe(0);
  });

  it('knows nothing of a node that was never heard', () => {
    expect(table().state(NODE, at(0))).toBeUndefined();
  });

  it('forgets the node unheard for longest when it is full, and never its own', () => {
    const nodes = table(3);
    nodes.setOwn(10);
    const hear = (from: number, second: number) =>
      nodes.heard(packet(ATAK_PLUGIN_V2, Uint8Array.of(1), { from }), at(second), live).forgot;
    expect([hear(10, 0), hear(11, 1), hear(12, 2), hear(11, 3)]).toEqual([undefined, undefined, undefined, undefined]);
    expect(hear(13, 4)).toBe(12);
    expect(nodes.info(info({ num: 14, lastHeard: epoch(2) }), at(5)).forgot).toBe(14);
    expect(nodes.nums()).toEqual([10, 11, 13]);
  });

  it('stays within its bound and never throws, whatever is heard', () => {
    const nodes = table(20);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.constantFrom(POSITION_APP, NODEINFO_APP, TELEMETRY_APP, ATAK_PLUGIN_V2),
        fc.uint8Array({ maxLength: 233 }),
        fc.boolean(),
        (num, port, payload, isReplayed) => {
          nodes.heard(packet(port, payload, { from: num }), at(0), { replayed: isReplayed });
          expect(nodes.nums().length).toBeLessThanOrEqual(20);
        },
      ),
    );
  });
});
