import { toBinary, create } from '@bufbuild/protobuf';
import { Kind, meshtastic, reasonNames } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEventXml } from './cot/build-event.ts';
import { parseEventXml } from './cot/parse-event.ts';
import { stampEvent } from './cot/stamp.ts';
import { NOON_MS, bytesOf, sampleFrame, sampleNode } from './testing/samples.ts';
import { decodeFrame } from './testing/raw-codec.ts';

const { PortNum } = meshtastic;
const position = (latitudeI: number, longitudeI: number): Uint8Array =>
  toBinary(meshtastic.PositionSchema, create(meshtastic.PositionSchema, { latitudeI, longitudeI }));
const user = toBinary(meshtastic.UserSchema, create(meshtastic.UserSchema, { longName: 'X' }));
const deviceMetrics = bytesOf('1200');
const v2 = (fields: Parameters<typeof create<typeof meshtastic.TAKPacketV2Schema>>[1]): Uint8Array =>
  Uint8Array.of(
    0xff,
    ...toBinary(
      meshtastic.TAKPacketV2Schema,
      create(meshtastic.TAKPacketV2Schema, { cotTypeId: 1, uid: 'U', ...fields }),
    ),
  );
// What a 2.8.0 tracker with a fixed position sent.
const TRACKER =
  'ff080110011a09547261636b65722031200a280135b103111d3d8703440158656002680272092135313436366438647a09547261636b65722031';

describe('decodeFrame', () => {
  it.each<[string, number, Uint8Array]>([
    ['a position', PortNum.POSITION_APP, position(1, 2)],
    ['a position with a time alone', PortNum.POSITION_APP, bytesOf('2501000000')],
    ['node info', PortNum.NODEINFO_APP, user],
    ['device metrics', PortNum.TELEMETRY_APP, deviceMetrics],
    ['environment telemetry', PortNum.TELEMETRY_APP, bytesOf('1a00')],
    ['telemetry of nothing', PortNum.TELEMETRY_APP, bytesOf('')],
  ])('makes the contact of %s', (_, port, payload) => {
    expect(decodeFrame(sampleFrame({ port, payload }))).toMatchObject({
      ok: true,
      event: { kind: Kind.PLI, uid: 'MESHTASTIC-15465D8D', callsign: 'BASE - Base Camp' },
    });
  });

  it('makes the contact again when it is due', () => {
    const due = sampleFrame({ port: PortNum.NODEINFO_APP, refresh: true });
    expect(decodeFrame(due)).toMatchObject({ ok: true, event: { uid: 'MESHTASTIC-15465D8D' } });
  });

  it('makes a contact of the attached radio too, and of a node nothing is known of', () => {
    const own = sampleFrame({ port: PortNum.NODEINFO_APP, payload: user, sender: sampleNode({ own: true }) });
    expect(decodeFrame(own)).toMatchObject({ ok: true });
    const stranger = sampleFrame({ port: PortNum.NODEINFO_APP, payload: user });
    delete stranger.sender;
    expect(decodeFrame(stranger)).toMatchObject({ ok: true, event: { callsign: '!15465d8d' } });
  });

  it('shows nobody twice: the contact stays away while the TAK identity is fresh', () => {
    const sender = (ageMs: number) => sampleNode({ tak: { uid: 'ANDROID-1', callsign: 'ALPHA', ageMs } });
    const frame = (ageMs: number) => sampleFrame({ port: 3, payload: position(1, 2), sender: sender(ageMs) });
    expect(decodeFrame(frame(899_999))).toEqual({
      ok: false,
      reason: 'tak_identity',
      detail: 'the node shows itself in TAK as ALPHA',
    });
    expect(decodeFrame(frame(900_000))).toMatchObject({ ok: true });
  });

  it('makes no second contact of a radio in a TAK role, unless it knows where it is', () => {
    const frame = (role: number, fix?: { latitudeI: number; longitudeI: number }) =>
      sampleFrame({ port: 4, payload: user, sender: sampleNode({ role, ...(fix && { fix }) }) });
    const { TAK, TAK_TRACKER, TRACKER: tracker } = meshtastic.Config_DeviceConfig_Role;
    for (const role of [TAK, TAK_TRACKER]) {
      expect(decodeFrame(frame(role))).toMatchObject({ ok: false, reason: 'tak_identity' });
      expect(decodeFrame(frame(role, { latitudeI: 1, longitudeI: 2 }))).toMatchObject({ ok: true });
    }
    expect(decodeFrame(frame(tracker))).toMatchObject({ ok: true });
  });

  it('makes a chat line of text', () => {
    const frame = sampleFrame({ port: PortNum.TEXT_MESSAGE_APP, payload: bytesOf('6869') });
    expect(decodeFrame(frame)).toMatchObject({ ok: true, event: { kind: Kind.CHAT } });
  });

  it('reads the report of a tracker, whose height 0 is none', () => {
    const frame = sampleFrame({ port: PortNum.ATAK_PLUGIN_V2, from: 0x51466d8d, payload: bytesOf(TRACKER) });
    expect(decodeFrame(frame)).toMatchObject({
      ok: true,
      event: {
        uid: '!51466d8d',
        type: 'a-f-G-U-C',
        how: 'h-e',
        kind: Kind.PLI,
        lat: 48.7654321,
        lon: 2.1234567,
        hae: 9999999,
        callsign: 'Tracker 1',
        team: 'Cyan',
        role: 'Team Member',
        detail:
          '<contact callsign="Tracker 1" endpoint="*:-1:stcp"/><__group role="Team Member" name="Cyan"/>' +
          '<status battery="100"/><precisionlocation geopointsrc="USER" altsrc="USER"/><uid Droid="Tracker 1"/>',
      },
    });
  });

  it('takes the speed of a tracker as km/h, that of an app as cm/s', () => {
    const speed = (fields: Parameters<typeof v2>[0]) => {
      const result = decodeFrame(sampleFrame({ port: 78, payload: v2({ speed: 36, ...fields }) }));
      return result.ok ? /speed="([^"]*)"/.exec(result.event.detail)?.[1] : result.reason;
    };
    expect(speed({ uid: '!15465d8d' })).toBe('10');
    expect(speed({ uid: '!15465d8d', takVersion: '5.0' })).toBe('0.36');
    expect(speed({ uid: 'ANDROID-1' })).toBe('0.36');
    expect(speed({ uid: '!00000001' })).toBe('0.36');
  });

  it.each<[string, Parameters<typeof sampleFrame>[0], string]>([
    ['a sender who is ignored', { port: 4, payload: user, sender: sampleNode({ ignored: true }) }, 'ignored'],
    ['a refresh of one who is ignored', { port: 4, refresh: true, sender: sampleNode({ ignored: true }) }, 'ignored'],
    ['a broken position', { port: 3, payload: bytesOf('0d00') }, 'garbled'],
    ['a position off the globe', { port: 3, payload: position(900000001, 0) }, 'impossible'],
    ['a broken user', { port: 4, payload: bytesOf('ff') }, 'garbled'],
    ['broken telemetry', { port: 67, payload: bytesOf('ff') }, 'garbled'],
    ['routing', { port: 5 }, 'not_for_tak'],
    ['admin', { port: 6 }, 'not_for_tak'],
    ['a range test', { port: 66 }, 'not_for_tak'],
    ['a traceroute', { port: 70 }, 'not_for_tak'],
    ['neighbours', { port: 71 }, 'not_for_tak'],
    ['a map report', { port: 73 }, 'not_for_tak'],
    ['a private port', { port: 256 }, 'not_for_tak'],
    ['a V1 packet of nothing', { port: 72 }, 'garbled'],
    ['a forwarder message of nothing', { port: 257 }, 'garbled'],
    ['a lone fragment', { port: 257, payload: bytesOf('46544e0000010001020003aabb') }, 'incomplete'],
    ['a waypoint without an id', { port: 8 }, 'impossible'],
    ['an empty V2 frame', { port: 78 }, 'garbled'],
    ['a compressed frame', { port: 78, payload: bytesOf('0028b52ffd') }, 'dictionary_missing'],
    ['a V2 packet without a uid', { port: 78, payload: v2({ uid: '' }) }, 'impossible'],
    ['a ping over the mesh', { port: 78, payload: v2({ cotTypeId: 0, cotTypeStr: 't-x-c-t' }) }, 'not_for_tak'],
    ['4098 bytes', { port: 1, payload: new Uint8Array(4098) }, 'too_large'],
  ])('refuses %s', (_, fields, reason) => {
    expect(decodeFrame(sampleFrame(fields))).toMatchObject({ ok: false, reason });
  });

  it('makes an event that every receiver accepts, or a listed reason, of any bytes', () => {
    const ports = [1, 3, 4, 8, 67, 72, 78, 257, 9999];
    const tracker = bytesOf(TRACKER);
    const mutated = fc
      .tuple(fc.nat(tracker.length - 1), fc.nat(255), fc.nat(tracker.length))
      .map(([at, byte, end]) => tracker.with(at, byte).subarray(0, end));
    const payload = fc.oneof(fc.uint8Array({ maxLength: 240 }), mutated);
    fc.assert(
      fc.property(fc.constantFrom(...ports), payload, fc.boolean(), (port, bytes, direct) => {
        const result = decodeFrame(sampleFrame({ port, payload: bytes, ...(direct ? { to: 7 } : {}) }));
        const xml = result.ok ? buildEventXml(stampEvent(result.event, NOON_MS)) : '';
        const faults = result.ok ? cotFaults(xml) : [];
        expect(faults.filter((fault) => !/never drawn|callsign is blank/.test(fault))).toEqual([]);
        expect(parseEventXml(xml).ok).toBe(result.ok);
        expect(result.ok || reasonNames.includes(result.reason)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
