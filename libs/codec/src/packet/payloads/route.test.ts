import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { buildEvent } from '../packet.ts';
import { detailOf, eventXml, packetOf, packetOfXml, payloadOf, samplePacket } from '../../testing/packets.ts';
import { PROFILE_A } from '../profile.ts';

type RouteInit = MessageInitShape<typeof meshtastic.RouteSchema>;

const WAY_POINT = '<link type="b-m-p-w" uid="w" callsign="A" point="1,2,50"/>';
const routeOf = (detail: string) => payloadOf(packetOf('b-m-r', `${WAY_POINT}${detail}`), 'route');
const sample = (value: RouteInit, fields: Parameters<typeof samplePacket>[0] = {}) =>
  samplePacket({
    cotTypeId: meshtastic.CotType.CotType_b_m_r,
    payloadVariant: { case: 'route', value },
    ...fields,
  });
const wayPoints = (count: number) =>
  Array.from({ length: count }, (_, i) => `<link type="b-m-p-w" point="1.${i + 10},2"/>`).join('');

describe('a route is parsed', () => {
  it.each<[string, RouteInit]>([
    ['<link_attr method="Walking" direction="Exfil" prefix="CP"/>', { method: 2, direction: 2, prefix: 'CP' }],
    ['<link_attr method="walking" direction="out"/>', { method: 0, direction: 0 }],
    ['<link_attr method="constructor"/>', { method: 0 }],
    ['<__routeinfo method="Flying"/>', { method: 3 }],
    ['<link_attr stroke="3"/>', { strokeWeightX10: 30 }],
    ['<link_attr stroke="3.0"/>', { strokeWeightX10: 30 }],
    ['<link_attr stroke="2.5"/>', { strokeWeightX10: 25 }],
    ['<link_attr stroke="-1"/>', { strokeWeightX10: 0 }],
    ['<link_attr stroke="2"/><strokeWeight value="4.0"/>', { strokeWeightX10: 40 }],
    ['<strokeWeight value="4.0"/><link_attr stroke="2"/>', { strokeWeightX10: 20 }],
    ['<strokeWeight value="4.0"/><link_attr/>', { strokeWeightX10: 40 }],
  ])('from %s', (detail, fields) => {
    expect(routeOf(detail)).toMatchObject(fields);
  });

  it('with way points and control points, in order', () => {
    const detail = `${WAY_POINT}<link type="b-m-p-c" point="1.5, 2.5"/><link type="b-m-p-w" point="x,1"/><link point="3,3"/>`;
    expect(payloadOf(packetOf('b-m-r', detail), 'route').links).toMatchObject([
      { uid: 'w', callsign: 'A', linkType: 0, point: { latDeltaI: 0, lonDeltaI: 0 } },
      { uid: '', callsign: '', linkType: 1, point: { latDeltaI: 5_000_000, lonDeltaI: 5_000_000 } },
    ]);
  });

  it('with 16 points at most, and says so', () => {
    const cut = packetOf('b-m-r', wayPoints(17));
    expect(payloadOf(packetOf('b-m-r', wayPoints(16)), 'route').truncated).toBe(false);
    expect(payloadOf(cut, 'route')).toMatchObject({ truncated: true });
    expect(payloadOf(cut, 'route').links).toHaveLength(16);
    expect(detailOf(cut)).toContain('<remarks>Not every point is here: shortened for the mesh.</remarks>');
    expect(payloadOf(packetOf('b-m-r', detailOf(cut)), 'route').truncated).toBe(true);
    expect(packetOf('b-m-r', detailOf(cut)).remarks).toBe('');
  });

  it('only with way points; a line of other points is a drawing', () => {
    expect(packetOf('b-m-r', '<link_attr/><link point="1,2"/>').payloadVariant.case).toBe('shape');
    expect(packetOf('u-d-f', WAY_POINT).payloadVariant.case).toBe('shape');
  });
});

describe('a route is built', () => {
  it('links first, the contact without an endpoint behind the route info', () => {
    const value: RouteInit = {
      method: 1,
      direction: 1,
      prefix: 'CP',
      strokeWeightX10: 25,
      links: [{ point: { latDeltaI: 5_000_000 }, uid: 'w', callsign: 'A' }, { linkType: 1 }, { linkType: 9 }],
    };
    const packet = sample(value, { latitudeI: 1_0000000, callsign: 'R & R', remarks: 'careful', phone: '1' });
    expect(detailOf(packet)).toBe(
      '<link uid="w" type="b-m-p-w" callsign="A" point="1.5,0,0" relation="c"/>' +
        '<link uid="u1-1" type="b-m-p-c" point="1,0,0" relation="c"/>' +
        '<link uid="u1-2" type="b-m-p-w" point="1,0,0" relation="c"/>' +
        '<link_attr method="Driving" direction="Infil" prefix="CP" stroke="2.5"/><remarks>careful</remarks>' +
        '<__routeinfo><__navcues/></__routeinfo><strokeColor value="-1"/><strokeWeight value="2.5"/>' +
        '<strokeStyle value="solid"/><contact callsign="R &amp; R" phone="1"/><labels_on value="false"/>' +
        '<color value="-1"/>',
    );
  });

  it('with the weight of ATAK when it has none', () => {
    const detail = detailOf(sample({ links: [{}] }));
    expect(detail).toContain('<link_attr/><remarks/>');
    expect(detail).toContain('<strokeWeight value="3"/>');
  });

  it('at its first point when it has no place', () => {
    const links = [{ point: { latDeltaI: 5_000_000, lonDeltaI: -1 } }];
    expect(buildEvent(sample({ links }))).toMatchObject({ ok: true, event: { lat: 0.5, lon: -1e-7 } });
    expect(buildEvent(sample({ links }, { latitudeI: 1 }))).toMatchObject({ ok: true, event: { lat: 1e-7, lon: 0 } });
    expect(buildEvent(sample({}))).toMatchObject({ ok: true, event: { lat: 0, lon: 0 } });
  });

  it('so that it is parsed to the same again, whatever form it had', () => {
    const xml = eventXml('b-m-r', `${wayPoints(5)}<link_attr stroke="4"/><contact callsign="R"/><remarks>x</remarks>`);
    const packet = packetOfXml(xml);
    const named = packetOfXml(eventXml('b-m-r', detailOf(packet)));
    expect(payloadOf(named, 'route').links.map(({ uid }) => uid)).toEqual([0, 1, 2, 3, 4].map((i) => `u1-${i}`));
    expect(packetOf('b-m-r', detailOf(named))).toEqual(named);
    const sdk = packetOfXml(eventXml('b-m-r', detailOf(named)), PROFILE_A);
    expect(packetOf('b-m-r', detailOf(sdk), PROFILE_A)).toEqual(sdk);
  });
});
