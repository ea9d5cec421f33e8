import { create } from '@bufbuild/protobuf';
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { CotEventSchema, Kind, meshtastic } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { treeOfEvent } from '../cot/event-tree.ts';
import { NOON_MS, anyPli, sampleEvent } from '../testing/samples.ts';
import { buildEvent, modelledPacket, parsePacket } from './packet.ts';
import { PROFILE_A, PROFILE_B } from './profile.ts';

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
const raw = (detail: string | Uint8Array): PacketInit => ({
  payloadVariant: {
    case: 'rawDetail',
    value: typeof detail === 'string' ? getTextEncoding().encodeUtf8(detail) : detail,
  },
});
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
    ['<track speed="9999999.0" course="271.3"/>', { speed: 0, course: 27130 }],
    ['<track speed="12.5" course="9999999.0"/>', { speed: 1250, course: 0 }],
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

  it.each([0x7fffffff, -0x80000000, 10_000_000])(
    'has no known height at %i m, which compressed nobody would take',
    (altitude) => {
      expect(built({ altitude }).hae).toBe(9999999);
    },
  );

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
    ['t-x-d-d', '<link relation="p-p" uid="U" type="a-f-G"/><__forcedelete/>', 'rawDetail'],
    ['t-x-d-d', `<link relation="p-p" uid="${'U'.repeat(250)}" type="a-f-G"/>`, 'rawDetail'],
    ['b-f-t-r', '<fileshare name="x"/>', 'rawDetail'],
    ['b-f-t-r', `<fileshare name="${'x'.repeat(250)}"/>`, 'rawDetail'],
    ['b-i-v', '<__video url="rtsp://x"/><link uid="U" type="a-f-G" relation="p-p"/>', 'rawDetail'],
    ['b-i-v', `<__video url="${'x'.repeat(250)}"/><link uid="U" type="a-f-G" relation="p-p"/>`, 'marker'],
    ['a-f-G-U-C', '<contact callsign="A"/><__video url="rtsp://x"/>', undefined],
    ['x-y-z', '<whatever a="1"/>', 'rawDetail'],
    ['x-y-z', `<whatever a="${'1'.repeat(250)}"/>`, undefined],
    ['x-y-z', '', undefined],
    ['x-y-z', '<remarks/>', undefined],
    ['b-m-p-s-m', '<contact callsign="A"/>', undefined],
    ['m-t-t', '<text>1</text>', 'taktalk'],
    ['y-', '<chatroom-id>1</chatroom-id>', 'taktalkRoom'],
  ])('chooses for %s with %s the payload %s', (type, detail, payload) => {
    expect(parsed(sampleEvent({ type, detail })).payloadVariant.case).toBe(payload);
  });

  it.each([
    ['t-x-d-d', '<link relation="p-p" uid="U" type="a-f-G"/>', 'pli'],
    ['x-y-z', '<whatever a="1"/>', 'pli'],
    ['b-f-t-r', '<fileshare name="x"/>', 'pli'],
    ['m-t-t', '<text>1</text>', 'pli'],
    ['a-f-G-U-C', '<contact callsign="A"/>', 'pli'],
    ['b-m-p-s-m', '<contact callsign="A"/>', 'pli'],
    ['u-d-f', '<link point="1,2"/>', 'shape'],
  ])('chooses in the form of the SDK for %s with %s the payload %s', (type, detail, payload) => {
    const result = parsePacket(sampleEvent({ type, detail }), PROFILE_A);
    expect(result.ok && result.packet.payloadVariant.case).toBe(payload);
  });

  it('leaves out of generation A what only B has', () => {
    const result = parsePacket(
      sampleEvent({ type: 'm-t-t', detail: '<marti><dest callsign="B"/></marti>' }),
      PROFILE_A,
    );
    expect(result).toMatchObject({ ok: true, packet: { cotTypeId: 0, cotTypeStr: 'm-t-t' } });
    expect(result.ok && result.packet.marti).toBeUndefined();
  });

  it('leaves the common fields of a raw detail empty: its receivers write them beside it', () => {
    const packet = parsed(sampleEvent({ type: 'x-y-z', detail: '<contact callsign="A"/><remarks>r</remarks>' }));
    expect(packet).toMatchObject({ callsign: '', remarks: '' });
  });

  it('has the plain form for when a raw detail does not fit, but for a delete', () => {
    const tree = (type: string) => treeOfEvent(sampleEvent({ type, detail: '<contact callsign="A"/><x/>' }));
    expect(modelledPacket(tree('x-y-z'), PROFILE_B)).toMatchObject({ callsign: 'A', cotTypeStr: 'x-y-z' });
    expect(modelledPacket(tree('t-x-d-d'), PROFILE_B)).toBeUndefined();
    expect(modelledPacket(tree('b-f-t-r'), PROFILE_B)).toBeUndefined();
  });

  it('keeps an address in the form of the SDK alone, and never the usual ones', () => {
    const endpoint = (text: string, profile = PROFILE_A) => {
      const result = parsePacket(sampleEvent({ detail: `<contact callsign="A" endpoint="${text}"/>` }), profile);
      return result.ok ? result.packet.endpoint : result.reason;
    };
    expect(endpoint('10.0.0.1:4242:udp')).toBe('10.0.0.1:4242:udp');
    expect([endpoint('*:-1:stcp'), endpoint('0.0.0.0:4242:tcp')]).toEqual(['', '']);
    expect(endpoint('10.0.0.1:4242:udp', PROFILE_B)).toBe('');
  });

  it('takes the range of a sensor as 100 m in generation A, which cannot say that it is not known', () => {
    const range = (detail: string) => {
      const result = parsePacket(sampleEvent({ detail }), PROFILE_A);
      return result.ok ? result.packet.sensorFov?.rangeM : result.reason;
    };
    expect(range('<sensor model="x"/>')).toBe(100);
    expect(range('<sensor range="0"/>')).toBeUndefined();
    expect(range('<sensor range="7.5"/>')).toBe(8);
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

  it('writes a raw detail anew, and nothing twice that is in it', () => {
    const event = built({ callsign: 'B', ...raw(`<contact callsign='A'/><p:x xmlns:p="urn:p">t</p:x><!-- c -->`) });
    expect(event.detail).toBe('<contact callsign="A"/><x>t</x>');
    expect(built({ callsign: 'B', ...raw('<x/>') }).detail).toBe('<contact callsign="B"/><x/>');
  });

  it('merges what a marker has to say of its status', () => {
    const marker: PacketInit = { payloadVariant: { case: 'marker', value: { readiness: true } } };
    expect(built({ battery: 7, ...marker }).detail).toBe('<status battery="7" readiness="true"/>');
    expect(built(marker).detail).toBe('<status readiness="true"/>');
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
    ['a raw detail that is no XML', raw('<a>'), 'garbled'],
    ['a raw detail with half a character', raw(Uint8Array.of(0x41, 0xc3)), 'garbled'],
    ['a raw detail that ends the event', raw('</detail></event><event uid="evil"><detail>'), 'garbled'],
    ['a raw detail that holds an event', raw('<a><event uid="evil"/></a>'), 'garbled'],
    ['a raw detail with a document type', raw('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), 'garbled'],
    ['a raw detail of too much depth', raw('<a>'.repeat(40) + '</a>'.repeat(40)), 'too_large'],
    [
      'a vertex off the globe',
      { payloadVariant: { case: 'shape', value: { vertexLatDeltas: [900000001], vertexLonDeltas: [0] } } },
      'impossible',
    ],
    [
      'a way point off the globe',
      { payloadVariant: { case: 'route', value: { links: [{ point: { latDeltaI: -900000001 } }] } } },
      'impossible',
    ],
    [
      'an anchor off the globe',
      { payloadVariant: { case: 'rab', value: { anchor: { lonDeltaI: 1800000001 } } } },
      'impossible',
    ],
  ])('refuses %s', (_, fields, reason) => {
    expect(buildEvent(packetOf({ uid: 'U1', cotTypeId: 1, ...fields }))).toMatchObject({ ok: false, reason });
  });
});
