import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { detailOf, packetOf, payloadOf, samplePacket } from '../../testing/packets.ts';
import { PROFILE_A, PROFILE_B } from '../profile.ts';

type MarkerInit = MessageInitShape<typeof meshtastic.MarkerSchema>;

const markerOf = (detail: string, type = 'a-u-G', profile = PROFILE_B) =>
  payloadOf(packetOf(type, detail, profile), 'marker');
const built = (value: MarkerInit) =>
  detailOf(samplePacket({ cotTypeId: meshtastic.CotType.CotType_a_u_G, payloadVariant: { case: 'marker', value } }));
const PARENT = '<link uid="P" type="a-f-G-U-C" relation="p-p" parent_callsign="BOB"/>';

describe('a marker is parsed', () => {
  it.each([
    ['b-m-p-s-m', '', 1],
    ['b-m-p-w', '', 2],
    ['b-m-p-c', '', 3],
    ['b-m-p-s-p-i', '', 4],
    ['b-m-p-s-p-loc', '', 4],
    ['b-m-p-w-GOTO', 'COT_MAPPING_2525B/a/b', 8],
    ['b-m-p-c-ip', '', 9],
    ['b-m-p-c-cp', '', 10],
    ['b-m-p-s-p-op', '', 11],
    ['b-i-x-i', '', 12],
    ['a-u-G', 'COT_MAPPING_2525B/a-u/a-u-G', 5],
    ['a-u-G', 'COT_MAPPING_SPOTMAP/b-m-p-s-m/-1', 6],
    ['a-u-G', 'f7f71666/Google/hiker.png', 7],
    ['a-u-G', '', 0],
  ])('of type %s with the icon "%s" as kind %i', (type, icon, kind) => {
    expect(markerOf(`${PARENT}<usericon iconsetpath="${icon}"/>`, type).kind).toBe(kind);
  });

  it.each<[string, MarkerInit]>([
    ['<color argb="-1"/>', { color: 1, colorArgb: 0 }],
    ['<color argb="-2"/>', { color: 0, colorArgb: 0xfffffffe }],
    ['<color argb="0"/>', { color: 0, colorArgb: 0 }],
    ['<color/>', { colorArgb: 0 }],
    [`${PARENT}<status readiness="true"/>`, { readiness: true }],
    [`${PARENT}<status battery="5"/><status readiness="true"/><status/>`, { readiness: true }],
    [`${PARENT}<status readiness="yes"/>`, { readiness: false }],
    [PARENT, { parentUid: 'P', parentType: 'a-f-G-U-C', parentCallsign: 'BOB' }],
    [`${PARENT}<link uid="Q" type="x" relation="p-p"/>`, { parentUid: 'Q', parentType: 'x', parentCallsign: 'BOB' }],
    [`<color argb="1"/><link uid="Q" type="" relation="p-p"/><link uid="Q" type="x" relation="c"/>`, { parentUid: '' }],
  ])('from %s', (detail, fields) => {
    expect(markerOf(detail)).toMatchObject(fields);
  });

  it('with both words for a colour in the form of the SDK', () => {
    expect(markerOf('<color argb="-1"/>', 'a-u-G', PROFILE_A)).toMatchObject({ color: 1, colorArgb: 0xffffffff });
  });

  it.each(['a-f-G-U-C', 'a-f-G-U-C-I'])('not from the link to itself that a user of type %s has', (type) => {
    expect(packetOf(type, PARENT).payloadVariant.case).toBeUndefined();
  });
});

describe('a marker is built', () => {
  it.each<[MarkerInit, string]>([
    [{}, ''],
    [{ colorArgb: 0x01020304 }, '<color argb="16909060"/>'],
    [{ color: meshtastic.Team.Red, colorArgb: 5 }, '<color argb="-65536"/>'],
    [{ color: 99 as meshtastic.Team, colorArgb: 5 }, '<color argb="5"/>'],
    [{ parentUid: 'P' }, '<link uid="P" relation="p-p"/>'],
    [
      { parentUid: 'P', parentType: 't', parentCallsign: '"B"' },
      '<link uid="P" type="t" parent_callsign="&quot;B&quot;" relation="p-p"/>',
    ],
    [{ parentType: 't', iconset: 'a/b.png' }, '<usericon iconsetpath="a/b.png"/>'],
  ])('from %j', (value, detail) => {
    expect(built(value)).toBe(detail);
  });

  it('without an endpoint: it is nobody to talk to', () => {
    const packet = packetOf('a-f-G', `<contact callsign="M" endpoint="1.2.3.4:1:tcp"/>${PARENT}`);
    expect(detailOf(packet)).toContain('<contact callsign="M"/>');
  });

  it('so that it is parsed to the same again', () => {
    const detail = `<contact callsign="M"/>${PARENT}<color argb="-65536"/><usericon iconsetpath="a/b"/><remarks>r</remarks>`;
    for (const type of ['a-u-G', 'b-m-p-s-m', 'b-i-x-i', 'x-unlisted']) {
      const packet = packetOf(type, detail);
      expect(packetOf(type, detailOf(packet))).toEqual(packet);
    }
  });
});
