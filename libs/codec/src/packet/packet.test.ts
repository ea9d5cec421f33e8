import { create } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { CotEventSchema, Kind, meshtastic } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOON_MS, anyPli, sampleEvent } from '../testing/samples.ts';
import { buildEvent, parsePacket } from './packet.ts';

type PacketInit = MessageInitShape<typeof meshtastic.TAKPacketV2Schema>;

const packetOf = (fields: PacketInit) => create(meshtastic.TAKPacketV2Schema, fields);
const parsed = (event: CotEvent) => {
  const result = parsePacket(event);
  expect(result).toMatchObject({ ok: true });
  return result.ok ? result.packet : packetOf({});
};
const built = (fields: PacketInit): CotEvent => {
  const result = buildEvent(packetOf({ uid: 'U1', cotTypeId: 1, ...fields }));
  expect(result).toMatchObject({ ok: true });
  return result.ok ? result.event : create(CotEventSchema);
};
const detailField = (detail: string) => parsed(sampleEvent({ detail }));

describe('a position report', () => {
  const full: PacketInit = {
    uid: 'ANDROID-1',
    cotTypeId: meshtastic.CotType.CotType_a_f_G_U_C,
    how: meshtastic.CotHow.CotHow_m_g,
    latitudeI: 331290000,
    longitudeI: -1072534000,
    altitude: -30,
    staleSeconds: 60,
    callsign: 'A & B',
    phone: '+1555',
    team: meshtastic.Team.Dark_Blue,
    role: meshtastic.MemberRole.TeamLead,
    battery: 88,
    speed: 120,
    course: 14275,
    takVersion: '5.0',
    takDevice: 'Pixel',
    takPlatform: 'ATAK-CIV',
    takOs: '34',
    geoSrc: meshtastic.GeoPointSource.GeoPointSource_GPS,
    altSrc: meshtastic.GeoPointSource.GeoPointSource_Unspecified,
    deviceCallsign: 'A & B',
    environment: { temperatureCX10: 225, windDirectionDeg: 270, windSpeedCmS: 1200 },
    sensorFov: {
      type: meshtastic.SensorFov_SensorType.SensorType_Thermal,
      azimuthDeg: 45,
      rangeM: 2500,
      fovHorizontalDeg: 45,
      fovVerticalDeg: 30,
      elevationDeg: -5,
      model: 'FLIR-1',
    },
    remarks: 'two\nlines',
    marti: { destCallsign: ['BRAVO', 'CHARLIE'] },
  };
  const event = sampleEvent({
    kind: Kind.PLI,
    timeMs: 0,
    startMs: 0,
    staleMs: 0,
    staleAfterMs: 60_000,
    lat: 33.129,
    lon: -107.2534,
    hae: -30,
    detail:
      '<contact callsign="A &amp; B" endpoint="*:-1:stcp" phone="+1555"/><__group role="Team Lead" name="Dark Blue"/>' +
      '<status battery="88"/><track speed="1.2" course="142.75"/>' +
      '<takv device="Pixel" platform="ATAK-CIV" os="34" version="5.0"/>' +
      '<precisionlocation geopointsrc="GPS" altsrc="???"/><uid Droid="A &amp; B"/>' +
      '<environment temperature="22.5" windDirection="270" windSpeed="12"/>' +
      '<sensor azimuth="45" range="2500" fov="45" vfov="30" elevation="-5" model="FLIR-1"/>' +
      '<remarks>two&#10;lines</remarks><marti><dest callsign="BRAVO"/><dest callsign="CHARLIE"/></marti>',
    callsign: 'A & B',
    team: 'Dark Blue',
    role: 'Team Lead',
  });

  it('is built from a packet and parsed to it', () => {
    expect(buildEvent(packetOf(full))).toEqual({ ok: true, event });
    expect(parsePacket(event)).toEqual({ ok: true, packet: packetOf(full) });
  });

  it('is read with the mark of generation A, which is not written', () => {
    expect(buildEvent(packetOf({ ...full, payloadVariant: { case: 'pli', value: true } }))).toEqual({
      ok: true,
      event,
    });
    expect(parsed(event).payloadVariant.case).toBeUndefined();
  });

  it('survives the way through a packet, whatever is in it', () => {
    fc.assert(
      fc.property(anyPli, (pli) => {
        expect(buildEvent(parsed(pli))).toEqual({ ok: true, event: pli });
      }),
    );
  });
});

describe('parsePacket', () => {
  it.each<[string, PacketInit]>([
    ['<status battery="-5"/>', { battery: 0 }],
    ['<status battery="101"/>', { battery: 0 }],
    ['<status battery="88%"/>', { battery: 0 }],
    ['<status battery="7"/><status readiness="true"/>', { battery: 7 }],
    ['<track speed="-1.0" course="228.20"/>', { speed: 0, course: 22820 }],
    ['<track speed="1e12" course="725"/>', { speed: 2147483647, course: 500 }],
    ['<track speed="0.005" course="NaN"/>', { speed: 1, course: 0 }],
    ['<__group name="constructor" role="toString"/>', { team: 0, role: 0 }],
    ['<contact callsign="A" phone="1"/><contact callsign="B"/>', { callsign: 'B', phone: '1' }],
    ['<UID Droid="D"/>', { deviceCallsign: 'D' }],
    ['<precisionLocation geopointsrc="USER" altsrc="DTED0"/>', { geoSrc: 2, altSrc: 0 }],
    ['<remarks>a</remarks><remarks> b </remarks><remarks/>', { remarks: 'b' }],
    ['<sensor/>', { sensorFov: { azimuthDeg: 270, fovHorizontalDeg: 45 } }],
    [
      '<sensor azimuth="-90" model="NVG"/>',
      { sensorFov: { type: 4, azimuthDeg: 270, fovHorizontalDeg: 45, model: 'NVG' } },
    ],
    ['<environment windDirection="270.5"/>', { environment: { windDirectionDeg: 271 } }],
  ])('reads %s', (detail, fields) => {
    expect(detailField(detail)).toMatchObject(fields);
  });

  it('rounds heights half up and keeps them within 32 bits', () => {
    const heights = [-29.667, 29.5, -29.5, 9999999, -1e12];
    expect(heights.map((hae) => parsed(sampleEvent({ hae })).altitude)).toEqual([-30, 30, -29, 9999999, -2147483648]);
  });

  it('writes types without a number as text', () => {
    expect(parsed(sampleEvent({ type: 'a-x-Y' }))).toMatchObject({ cotTypeId: 0, cotTypeStr: 'a-x-Y' });
    expect(parsed(sampleEvent())).toMatchObject({ cotTypeId: 1, cotTypeStr: '' });
  });

  it('cuts fractions of both times before it subtracts them', () => {
    const event = sampleEvent({ timeMs: NOON_MS + 900, staleMs: NOON_MS + 45_100 });
    expect(parsed(event).staleSeconds).toBe(45);
  });

  it('has no stale below zero, and takes that of an event from the mesh', () => {
    expect(parsed(sampleEvent({ staleMs: NOON_MS - 1 })).staleSeconds).toBe(0);
    expect(parsed(sampleEvent({ timeMs: 0, staleMs: 0, staleAfterMs: 61_999 })).staleSeconds).toBe(61);
    expect(parsed(sampleEvent({ staleMs: NOON_MS + 1e14 })).staleSeconds).toBe(4294967);
  });

  it('refuses a type that receivers would refuse', () => {
    expect(parsePacket(sampleEvent({ type: 'a-f G' }))).toMatchObject({ ok: false, reason: 'impossible' });
  });

  it.each([
    ['u-d-f', '<link point="1,2"/>', 'shape'],
    ['t-x-d-d', '<link uid="U"/>', 'rawDetail'],
    ['b-f-t-r', '<fileshare/>', 'rawDetail'],
    ['y-', '<chatroom-id>1</chatroom-id>', 'taktalkRoom'],
    ['m-t-t', '<text>1</text>', 'taktalk'],
  ])('refuses %s, whose payload is not written', (type, detail, payload) => {
    expect(parsePacket(sampleEvent({ type, detail }))).toEqual({
      ok: false,
      reason: 'unsupported',
      detail: `${type} needs the payload ${payload}`,
    });
  });
});

describe('buildEvent', () => {
  it('lives 45 s at least and as long as the bus can say at most', () => {
    expect([0, 44, 46, 0xffffffff].map((staleSeconds) => built({ staleSeconds }).staleAfterMs)).toEqual([
      45_000, 45_000, 46_000, 4294967295,
    ]);
  });

  it('gives an endpoint to users alone', () => {
    const endpoint = (fields: PacketInit) => built({ callsign: 'A', ...fields }).detail.includes('endpoint=');
    expect(endpoint({ team: 1 })).toBe(true);
    expect(endpoint({ deviceCallsign: 'A' })).toBe(true);
    expect(endpoint({})).toBe(false);
    expect(endpoint({ cotTypeId: meshtastic.CotType.CotType_a_h_G, team: 1 })).toBe(false);
  });

  it('never repeats the address of a sender', () => {
    expect(built({ callsign: 'A', team: 1, endpoint: '1.2.3.4:4242:tcp" evil="1' }).detail).not.toContain('1.2.3.4');
  });

  it('shows external power as full', () => {
    expect(built({ battery: 101 }).detail).toBe('<status battery="100"/>');
  });

  it('leaves out a track that cannot be', () => {
    expect(built({ speed: 4_000_000_000, course: 1 }).detail).toBe('');
    expect(built({ speed: 1, course: 65535 }).detail).toBe('');
  });

  it('takes numbers of a newer schema as not said', () => {
    const event = built({
      how: 99 as meshtastic.CotHow,
      team: 99 as meshtastic.Team,
      role: 99 as meshtastic.MemberRole,
    });
    expect(event).toMatchObject({ how: 'm-g', team: '', detail: '' });
  });

  it('drops what XML cannot say', () => {
    expect(built({ uid: '\u0001U\u0002', callsign: 'A\u0001' })).toMatchObject({ uid: 'U', callsign: 'A' });
  });

  it.each<[string, PacketInit, string]>([
    ['no uid', { uid: '' }, 'impossible'],
    ['a uid of control characters', { uid: '\u0001' }, 'impossible'],
    ['a long uid', { uid: 'U'.repeat(257) }, 'impossible'],
    ['no type', { cotTypeId: 0 }, 'impossible'],
    ['a type of a newer schema', { cotTypeId: 999 as meshtastic.CotType }, 'impossible'],
    ['a type that is none', { cotTypeId: 0, cotTypeStr: 'a f' }, 'impossible'],
    ['a long type', { cotTypeId: 0, cotTypeStr: 'a'.repeat(65) }, 'impossible'],
    ['a latitude off the globe', { latitudeI: 900000001 }, 'impossible'],
    ['a longitude off the globe', { longitudeI: -1800000001 }, 'impossible'],
    ['a payload that is not read', { payloadVariant: { case: 'rawDetail', value: new Uint8Array() } }, 'unsupported'],
  ])('refuses %s', (_, fields, reason) => {
    expect(buildEvent(packetOf({ uid: 'U1', cotTypeId: 1, ...fields }))).toMatchObject({ ok: false, reason });
  });
});
