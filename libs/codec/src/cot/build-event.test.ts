import { cotFaults, nodeAt, readXml } from '@cotbus/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyEvent, sampleEvent } from '../testing/samples.ts';
import { buildEventXml } from './build-event.ts';
import { parseEventXml } from './parse-event.ts';

describe('buildEventXml', () => {
  it('writes one strict line', () => {
    expect(buildEventXml(sampleEvent({ lat: 1e-7, lon: -21_000_000 / 1e6, hae: -29.667, ce: 4 }))).toBe(
      '<event version="2.0" uid="ANDROID-1" type="a-f-G-U-C" how="m-g" time="2026-03-15T14:22:10.000Z"' +
        ' start="2026-03-15T14:22:10.000Z" stale="2026-03-15T14:23:10.000Z">' +
        '<point lat="0.0000001" lon="-21" hae="-29.667" ce="4.0" le="9999999.0"/>' +
        '<detail><contact callsign="ALPHA"/></detail></event>',
    );
  });

  it('fills in what receivers need', () => {
    const xml = buildEventXml(sampleEvent({ how: '', detail: '' }));
    expect(readXml(xml).attributes['how']).toBe('m-g');
    expect(cotFaults(xml)).toEqual([]);
  });

  it('writes access, qos and opex only when they are there', () => {
    const xml = buildEventXml(sampleEvent({ access: 'Undefined', qos: '1-r-c', opex: 's-x' }));
    expect(xml).toContain(' access="Undefined" qos="1-r-c" opex="s-x">');
    expect(buildEventXml(sampleEvent())).not.toContain('access');
  });

  it('lets no text break out of its attribute', () => {
    const xml = buildEventXml(sampleEvent({ uid: `a" b='c' <d>&\u0001\uD800\uFFFE\n` }));
    expect(readXml(xml).attributes['uid']).toBe(`a" b='c' <d>&\n`);
    expect(cotFaults(xml)).toEqual([]);
  });

  it('is read back as the same event, whatever is in it', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const xml = buildEventXml(event);
        expect(parseEventXml(xml)).toEqual({ ok: true, event });
        expect(nodeAt(readXml(xml), 'point')?.attributes['lat']).not.toMatch(/e/);
      }),
    );
  });

  it('is accepted by every receiver, whatever is in it', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const known = /^(?:It is stale when it starts|The (?:course|speed|battery|callsign)|There is no team)/;
        expect(cotFaults(buildEventXml(event)).filter((fault) => !known.test(fault))).toEqual([]);
      }),
    );
  });
});
