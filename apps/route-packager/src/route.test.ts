import { Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { isRoute, readRoute } from './route.ts';
import type { Route } from './route.ts';
import { eventWith, linkXml, routeEvent } from './testing/sample-routes.ts';

const TWO = [
  { lat: 1, lon: 2, hae: 3, name: 'A' },
  { lat: 4, lon: 5, control: true, name: 'not shown' },
];
const routeOf = (detail: string, init = {}): Route => {
  const read = readRoute(eventWith(detail, init));
  if (!read.ok) throw new Error(read.detail);
  return read.route;
};
const withTwo = (rest: string): Route => routeOf(TWO.map(linkXml).join('') + rest);

describe('a route is read', () => {
  it('with way points and control points in their order', () => {
    expect(withTwo('').points).toEqual([
      { lat: 1, lon: 2, hae: 3, name: 'A' },
      { lat: 4, lon: 5, hae: undefined, name: '' },
    ]);
  });

  it.each<[string, Partial<Route>]>([
    ['', { name: 'Mesh Route', argb: 0xffff0000, width: 3, method: '', direction: '', prefix: '', remarks: '' }],
    ['<contact callsign=" Ridge "/>', { name: 'Ridge' }],
    ['<contact callsign="a&amp;b &lt;c&gt;"/>', { name: 'a&b <c>' }],
    ['<contact callsign="&#x1F6B6;&#x202E;"/>', { name: '🚶\u202e' }],
    ['<strokeColor value="-16776961"/>', { argb: 0xff0000ff }],
    ['<strokeColor value="4278190335"/>', { argb: 0xff0000ff }],
    ['<link_attr color="-1"/>', { argb: 0xffffffff }],
    ['<strokeColor value="red"/>', { argb: 0xffff0000 }],
    ['<strokeColor value="99999999999"/>', { argb: 0xffff0000 }],
    ['<strokeWeight value="4.5"/>', { width: 4.5 }],
    ['<link_attr stroke="6"/>', { width: 6 }],
    ['<strokeWeight value="-4"/>', { width: 3 }],
    ['<strokeWeight value="1e300"/>', { width: 3 }],
    ['<strokeWeight value="0.001"/>', { width: 3 }],
    [
      '<link_attr method="Walking" direction="Infil" prefix="CP"/>',
      { method: 'Walking', direction: 'Infil', prefix: 'CP' },
    ],
    ['<__routeinfo method="Flying"/>', { method: 'Flying' }],
    ['<remarks> mind the gap </remarks>', { remarks: 'mind the gap' }],
  ])('with %s', (rest, wanted) => {
    expect(withTwo(rest)).toMatchObject(wanted);
  });

  it('with the callsign of the event when its detail has none', () => {
    expect(routeOf(TWO.map(linkXml).join(''), { callsign: 'Bus' }).name).toBe('Bus');
  });

  it('with a name that fits a map, however long it was', () => {
    const { name } = withTwo(`<contact callsign="${'🚶'.repeat(5000)}"/>`);
    expect(name.length).toBeLessThanOrEqual(200);
    expect(name).not.toMatch(/\p{Cs}/u);
  });

  it.each([
    ['91,0', 0],
    ['-90.0000001,0', 0],
    ['0,180.0000001', 0],
    ['x,1', 0],
    ['1', 0],
    ['', 0],
    ['NaN,1', 0],
    ['Infinity,1', 0],
    ['0x10,1', 0],
    ['1e999,1', 0],
    [' 1 , 2 , 3 ', 1],
    ['90,180', 1],
    ['-90,-180,-12000', 1],
    ['1e-7,1', 1],
  ])('with the point %j in %i of its places', (point, places) => {
    const { points } = withTwo(`<link type="b-m-p-w" point="${point}"/>`);
    expect(points).toHaveLength(2 + places);
  });

  it.each([
    ['9999999', undefined],
    ['9999999.0', undefined],
    ['-12001', undefined],
    ['100001', undefined],
    ['', undefined],
    ['abc', undefined],
    ['-12000', -12_000],
    ['8848.86', 8848.86],
  ])('with the height %j as %j', (hae, wanted) => {
    expect(withTwo(`<link type="b-m-p-w" point="1,2,${hae}"/>`).points[2]?.hae).toBe(wanted);
  });

  it('with every link that has a point when none says what it is, but for references and styles', () => {
    const { points } = routeOf(
      '<link point="1,1"/><link uid="u" relation="p-p" type="a-f-G" point="2,2"/>' +
        '<link type="b-x-KmlStyle" point="3,3"/><link point="4,4" callsign="B"/>',
    );
    expect(points.map(({ lat }) => lat)).toEqual([1, 4]);
  });

  it('also from an event that is of another kind for want of points', () => {
    expect(isRoute(eventWith('', { kind: Kind.RAW }))).toBe(true);
    expect(isRoute(eventWith('', { kind: Kind.SHAPE, type: 'u-d-f' }))).toBe(false);
  });
});

describe('a route is refused', () => {
  it.each([
    ['', '0 of 0'],
    ['<link type="b-m-p-w" point="1,1"/>', '1 of 1'],
    ['<link type="b-m-p-w" point="1,1"/><link type="b-m-p-w" point="91,1"/>', '1 of 2'],
    ['not <well formed', '0 of 0'],
  ])('with %s', (detail, text) => {
    expect(readRoute(eventWith(detail))).toEqual({
      ok: false,
      reason: 'impossible',
      detail: `${text} points can be used, and a route has at least 2`,
    });
  });

  it('without a uid', () => {
    expect(readRoute(routeEvent(TWO, '', { uid: ' ' }))).toMatchObject({ ok: false, reason: 'impossible' });
  });
});
