import { Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { NOON_MS } from '../testing/samples.ts';
import { parseEventXml } from './parse-event.ts';

const GOOD =
  '<event version="2.0" uid="U1" type="a-f-G-U-C" how="m-g" time="2026-03-15T14:22:10.000Z"' +
  ' start="2026-03-15T14:22:11.000Z" stale="2026-03-15T14:23:10.000Z" access="Undefined" qos="1-r-c" opex="s-x">' +
  '<point lat="33.1" lon="-107.2" hae="12.5" ce="4" le="5"/>' +
  '<detail><contact callsign="A&amp;B"/><__group name="Cyan" role="HQ"/></detail></event>';

const fields = {
  uid: 'U1',
  type: 'a-f-G-U-C',
  how: 'm-g',
  kind: Kind.PLI,
  timeMs: NOON_MS,
  startMs: NOON_MS + 1000,
  staleMs: NOON_MS + 60_000,
  lat: 33.1,
  lon: -107.2,
  hae: 12.5,
  ce: 4,
  le: 5,
  detail: '<contact callsign="A&amp;B"/><__group name="Cyan" role="HQ"/>',
  access: 'Undefined',
  qos: '1-r-c',
  opex: 's-x',
  callsign: 'A&B',
  team: 'Cyan',
  role: 'HQ',
};

const parse = (from: string | RegExp, to: string) => {
  const xml = GOOD.replace(from, () => to);
  expect(xml).not.toBe(GOOD);
  return parseEventXml(xml);
};

describe('parseEventXml', () => {
  it('reads every field', () => {
    expect(parseEventXml(GOOD)).toMatchObject({ ok: true, event: { ...fields, olderMs: 0, staleAfterMs: 0 } });
  });

  it.each<[string, string | RegExp, string, Partial<typeof fields>]>([
    ['a prolog', '<event', '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<event', {}],
    ['single quotes', /"/g, "'", {}],
    ['a default namespace', '<event', '<event xmlns="urn:x"', {}],
    ['an unbound prefix', '<__group', '<p:__group', {}],
    ['no how', ' how="m-g"', '', { how: '' }],
    ['no start', /start="[^"]*"/, '', { startMs: NOON_MS }],
    ['stale before start', 'stale="2026-03-15T14:23', 'stale="2026-03-15T14:21', { staleMs: NOON_MS - 60_000 }],
    ['no hae, ce and le', ' hae="12.5" ce="4" le="5"', '', { hae: 9999999, ce: 9999999, le: 9999999 }],
    ['NaN for hae', 'hae="12.5"', 'hae="NaN"', { hae: 9999999 }],
    ['a negative ce', 'ce="4"', 'ce="-1"', { ce: 9999999 }],
    ['an unknown beyond the unknown', 'le="5"', 'le="1e9"', { le: 9999999 }],
    ['an exponent', 'lat="33.1"', 'lat="3.31e1"', {}],
    ['no detail', /<detail>.*<\/detail>/, '', { detail: '', callsign: '', team: '', role: '' }],
    ['an empty detail', /<detail>.*<\/detail>/, '<detail/>', { detail: '', callsign: '', team: '', role: '' }],
    ['blanks between elements', /></g, '>\n  <', {}],
    [
      'a newline in a callsign',
      'A&amp;B',
      'A&#10;B',
      { detail: fields.detail.replace('&amp;', '&#10;'), callsign: 'A\nB' },
    ],
    ['a comment inside text', '<contact', '<x>a<!-- c -->b</x><contact', { detail: `<x>ab</x>${fields.detail}` }],
    ['a byte order mark', '<event', '\uFEFF<event', {}],
    ['another encoding, once it is text', '<event', '<?xml version="1.0" encoding="UTF-16"?><event', {}],
    ['the NULs of a C program', '</event>', '</event>\0\0\n', {}],
    ['a second detail that is empty', '</event>', '<detail/></event>', {}],
    [
      'a second detail that says more',
      '</event>',
      '<detail><remarks>hi</remarks></detail></event>',
      { detail: `${fields.detail}<remarks>hi</remarks>` },
    ],
    [
      'a character that stands for a lost one',
      'A&amp;B',
      'A\uFFFD',
      { callsign: 'A\uFFFD', detail: fields.detail.replace('A&amp;B', 'A\uFFFD') },
    ],
    ['CDATA', '<contact', '<x><![CDATA[a<b]]></x><contact', { detail: `<x>a&lt;b</x>${fields.detail}` }],
    ['text that looks like a number', '<contact', '<x>007</x><contact', { detail: `<x>007</x>${fields.detail}` }],
  ])('reads %s', (_, from, to, changed) => {
    expect(parse(from, to)).toMatchObject({ ok: true, event: { ...fields, ...changed } });
  });

  it('reads the detail in front of the point', () => {
    const xml = GOOD.replace(/(<point[^>]*>)(<detail>.*<\/detail>)/, '$2$1');
    expect(parseEventXml(xml)).toMatchObject({ ok: true, event: fields });
  });

  it('reads past comments and instructions, around the event and within', () => {
    const xml = GOOD.replace('<detail>', '<?b c?><detail><!-- d --><?e f?>');
    expect(parseEventXml(`<?xml-stylesheet href="x"?><!-- a -->${xml}<!-- g -->`)).toMatchObject({
      ok: true,
      event: fields,
    });
  });

  it('reads an event whose every element has a prefix', () => {
    expect(parseEventXml(GOOD.replace(/<(?=\w)/g, '<cot:').replaceAll('</', '</cot:'))).toMatchObject({
      ok: true,
      event: fields,
    });
  });

  it('refuses NULs without end in no time', () => {
    expect(parseEventXml(`${'\0 '.repeat(100_000)}x\0`)).toMatchObject({ ok: false, reason: 'garbled' });
    expect(parseEventXml('\0'.repeat(200_000))).toMatchObject({ ok: false, reason: 'garbled' });
  });

  it('drops prefixes and what only they need', () => {
    const xml = GOOD.replace('<contact', '<p:contact xmlns:p="urn:p" p:phone="1" p:callsign="hidden"');
    expect(parseEventXml(xml)).toMatchObject({
      ok: true,
      event: { callsign: 'A&B', detail: fields.detail.replace('<contact', '<contact phone="1"') },
    });
  });

  it('takes the position of the event alone, not one from inside the detail', () => {
    const xml = GOOD.replace('<detail>', '<detail><x><point lat="9" lon="9"/></x>');
    expect(parseEventXml(xml)).toMatchObject({ ok: true, event: { lat: 33.1 } });
  });

  it.each<[string, string | RegExp, string, string]>([
    ['broken XML', '</detail>', '', 'garbled'],
    ['two events', '</event>', '</event><event/>', 'garbled'],
    ['another root', /event/g, 'note', 'garbled'],
    ['a document type', '<event', '<!DOCTYPE event><event', 'garbled'],
    ['an entity declaration inside a comment', '<detail>', '<detail><!-- <!entity x "y"> -->', 'garbled'],
    ['an undeclared entity', 'A&amp;B', '&x;', 'garbled'],
    ['half a character', 'A&amp;B', 'A\uD800', 'garbled'],
    ['a prefix without a name', '<contact', '<p:1 /><contact', 'garbled'],
    ['no uid', 'uid="U1"', '', 'impossible'],
    ['a blank uid', 'uid="U1"', 'uid=" "', 'impossible'],
    ['a blank type', 'type="a-f-G-U-C"', 'type=""', 'impossible'],
    ['no time', /time="[^"]*"/, '', 'impossible'],
    ['a time that is none', '2026-03-15T14:22:10.000Z', 'yesterday', 'impossible'],
    ['a start that is none', '2026-03-15T14:22:11.000Z', '11', 'impossible'],
    ['no stale', /stale="[^"]*"/, '', 'impossible'],
    ['no point', /<point[^>]*>/, '', 'impossible'],
    ['no lat', 'lat="33.1"', '', 'impossible'],
    ['lat="abc"', '33.1', 'abc', 'impossible'],
    ['lat="NaN"', '33.1', 'NaN', 'impossible'],
    ['lat="Infinity"', '33.1', 'Infinity', 'impossible'],
    ['lat="1e999"', '33.1', '1e999', 'impossible'],
    ['lat="90.1"', '33.1', '90.1', 'impossible'],
    ['lon="-180.1"', '-107.2', '-180.1', 'impossible'],
    ['a uid of 257 characters', 'U1', 'U'.repeat(257), 'too_large'],
    ['a type of 65 characters', 'a-f-G-U-C', 'a'.repeat(65), 'too_large'],
    ['33 elements inside one another', '<contact', `${'<x>'.repeat(31)}${'</x>'.repeat(31)}<contact`, 'too_large'],
    ['2001 elements', '<contact', `${'<x/>'.repeat(1997)}<contact`, 'too_large'],
    ['a name too large for the bus', 'A&amp;B', 'A'.repeat(130 * 1024), 'too_large'],
    ['text that becomes too large for the bus', '<contact', `<x>${"'".repeat(41 * 1024)}</x><contact`, 'too_large'],
    ['text of too many bytes', '<contact', `<x>${'€'.repeat(81 * 1024)}</x><contact`, 'too_large'],
    ['an attribute too large for the bus', /opex="[^"]*"/, `opex="${'A'.repeat(250 * 1024)}"`, 'too_large'],
    ['more than 256 KiB', 'A&amp;B', 'A'.repeat(256 * 1024), 'too_large'],
  ])('refuses %s', (_, from, to, reason) => {
    expect(parse(from, to)).toMatchObject({ ok: false, reason });
  });

  it('reads what is just within the bounds', () => {
    expect(parse('<contact', `<x>${"'".repeat(39 * 1024)}</x><contact`)).toMatchObject({ ok: true });
    expect(parse('<contact', `${'<x>'.repeat(30)}${'</x>'.repeat(30)}<contact`)).toMatchObject({ ok: true });
    expect(parse('<contact', `${'<x/>'.repeat(1995)}<contact`)).toMatchObject({ ok: true });
  });

  it('quotes the input in a refusal only as one printable line', () => {
    const refused = parse('lat="33.1"', `lat="&#10;${'x'.repeat(500)}"`);
    expect(refused).toMatchObject({ ok: false, detail: expect.stringMatching(/^latitude "\?x+$/) as string });
    expect(refused.ok ? '' : refused.detail).toHaveLength(200);
  });
});
