import { describe, expect, it } from 'vitest';
import { cotFaults } from './cot-rules.ts';

const GOOD =
  '<event version="2.0" uid="U1" type="a-f-G-U-C" how="m-g" time="2026-03-15T14:22:10.000Z"' +
  ' start="2026-03-15T14:22:10.000Z" stale="2026-03-15T14:37:10.000Z">' +
  '<point lat="33.1" lon="-107.2" hae="9999999.0" ce="12.5" le="9999999.0"/>' +
  '<detail><contact callsign="A" endpoint="*:-1:stcp"/><__group name="Dark Blue" role="HQ"/>' +
  '<status battery="100"/><track course="0" speed="1.5"/></detail></event>';

const broken: readonly (readonly [what: string, from: string | RegExp, to: string, fault: RegExp])[] = [
  ['a prolog', '<event ', '<?xml version="1.0"?><event ', /does not start with <event/],
  ['a self-closing event', /<point.*<\/event>$/, '', /does not end with <\/event>/],
  ['an event inside a comment', '<detail>', '<detail><!-- </event> -->', /more than once/],
  ['a line break', '><point', '>\n<point', /line break/],
  ['a document type', '<event ', '<!DOCTYPE event><event ', /document type/],
  ['too many bytes', '<detail>', `<detail><x y="${'é'.repeat(40_000)}"/>`, /larger than/],
  ['broken XML', '</detail>', '', /not well-formed/],
  ['a control character', 'callsign="A"', 'callsign="\u0001"', /not well-formed/],
  ['another root', /event/g, 'evil', /root element is evil/],
  ['no version', ' version="2.0"', '', /version is not 2\.0/],
  ['a blank uid', 'uid="U1"', 'uid=" "', /uid is missing/],
  ['no how', ' how="m-g"', '', /how is missing/],
  ['a blank in the type', 'a-f-G-U-C', 'a-f G', /holds a blank/],
  ['a ping', 'a-f-G-U-C', 't-x-c-t', /never drawn/],
  ['no fraction digits', 'time="2026-03-15T14:22:10.000Z"', 'time="2026-03-15T14:22:10Z"', /time .* is not YYYY/],
  ['an offset', '14:37:10.000Z', '14:37:10.000+00:00', /stale .* is not YYYY/],
  ['a day that is none', 'stale="2026-03-15', 'stale="2026-02-30', /stale .* is not YYYY/],
  ['no start', /start="[^"]*"/, '', /start "" is not YYYY/],
  ['a stale that is over', '14:37:10', '14:22:10', /stale when it starts/],
  ['no point', /<point[^>]*>/, '', /0 point elements/],
  ['two details', '</event>', '<detail><x/></detail></event>', /2 detail elements/],
  ['an element beside the detail', '<detail>', '<x/><detail>', /x stands outside/],
  ['no ce', / ce="[^"]*"/, '', /ce "" is no plain decimal/],
  ['an exponent', '33.1', '3.31e1', /lat "3.31e1" is no plain decimal/],
  ['NaN', '-107.2', 'NaN', /lon "NaN"/],
  ['a latitude off the globe', '33.1', '90.1', /latitude is off/],
  ['a longitude off the globe', '-107.2', '-180.1', /longitude is off/],
  ['a negative ce', '12.5', '-1', /ce is negative/],
  ['another word for unknown', 'hae="9999999.0"', 'hae="9999999"', /hae says unknown otherwise/],
  ['an empty detail', /<detail>.*<\/detail>/, '<detail></detail>', /detail is empty/],
  ['text in the detail', '<detail>', '<detail>hello', /text of its own/],
  ['a course of 361', 'course="0"', 'course="361"', /course 361/],
  ['an unknown speed', 'speed="1.5"', 'speed="-1.0"', /speed -1\.0/],
  ['a battery of 101', 'battery="100"', 'battery="101"', /battery 101/],
  ['a blank callsign', 'callsign="A"', 'callsign=""', /callsign is blank/],
  ['a dead endpoint', '*:-1:stcp', '0.0.0.0:4242:tcp', /endpoint 0\.0\.0\.0/],
  ['an unknown team', 'Dark Blue', 'Dark_Blue', /no team "Dark_Blue"/],
];

describe('cotFaults', () => {
  it('has nothing to say about an event that all receivers accept', () => {
    expect(cotFaults(GOOD)).toEqual([]);
  });

  it.each(broken)('finds %s', (_, from, to, fault) => {
    const xml = GOOD.replace(from, () => to);
    expect(xml).not.toBe(GOOD);
    expect(cotFaults(xml)).toContainEqual(expect.stringMatching(fault));
  });

  it('accepts the types that ATAK acts on without drawing them', () => {
    expect(cotFaults(GOOD.replace('a-f-G-U-C', 't-x-d-d'))).toEqual([]);
  });
});
