import { attribute, parseDetail } from '@cotbus/codec';
import { describe, expect, it } from 'vitest';
import { styleRoute } from './route-style.ts';

const linkAttr = (xml: string) => styleRoute(parseDetail(xml)).find(({ name }) => name === 'link_attr');
const read = (xml: string, ...names: readonly string[]) => names.map((name) => attribute(linkAttr(xml), name));

describe('the style of a route', () => {
  it('has what an importer takes apart, and keeps what was said', () => {
    const xml = '<link uid="a" point="1,2"/><link_attr method="Walking" prefix="WP" stroke="4"/>';
    expect(read(xml, 'color', 'type', 'method', 'prefix', 'stroke', 'direction')).toEqual([
      '-1',
      'Vehicle',
      'Walking',
      'WP',
      '4',
      'Infil',
    ]);
    expect(read(xml, 'routetype', 'planningmethod', 'order')).toEqual(['Primary', 'Infil', 'Ascending Check Points']);
  });

  it.each([
    ['2.5', '3'],
    ['2.4', '2'],
    ['0.2', '3'],
    ['-7.5', '3'],
    ['thick', '3'],
    ['1e99', '3'],
    ['', '3'],
  ])('makes a whole number of the width "%s"', (width, whole) => {
    expect(read(`<link_attr stroke="${width}"/>`, 'stroke')).toEqual([whole]);
  });

  it.each([
    ['red', '-1'],
    ['-65536', '-65536'],
    ['#ff0000', '-1'],
    ['99999999999999', '-1'],
  ])('takes "%s" for a colour or not', (colour, taken) => {
    expect(read(`<link_attr color="${colour}"/>`, 'color')).toEqual([taken]);
  });

  it('leaves alone what is complete, and a route without it, for which clients have presets', () => {
    for (const xml of [
      '<link uid="a"/><contact callsign="R"/>',
      '<link_attr color="-1" type="On Foot" method="Walking" direction="Exfil" routetype="Secondary" planningmethod="Exfil" order="Descending Check Points" stroke="5"/>',
    ]) {
      const detail = parseDetail(xml);
      expect(styleRoute(detail)).toBe(detail);
    }
  });
});
