/** XML with a few things wrong, or too much of something. */
import type { Random } from './random.ts';

const PIECES = [
  '<', '>', '/', '"', "'", '&', '=', ' ', '\n', '\r\n', '\t', ':', ';', ',', '.', '-', '\u0000', '\u0001', '\u0085', '\u00a0', '\u2028',
  '\ud83d', '😀', '漢', '\ufffe', '&#0;', '&#xD800;', '&#13;', '&#9;', '&amp;', '&lt;', '&nope;', '</event>', '<detail>', '</detail>',
  '<event>', '<a:b/>', '<x>', '<x/>', '</x>', '<!--', '-->', '<!-- x -->', '<![CDATA[', ']]>', '<![CDATA[<x>]]>', '<?', '?>', '<?x y?>',
  '<!DOCTYPE x>', '<!ENTITY x "y">', ' xmlns="x"', ' xmlns:a="b"', ' a:uid="x"', ' uid="x"', ' constructor="1"', ' __proto__="1"',
  '<link point="1,2"/>', '<remarks>x</remarks>', '<__chat/>', '<contact/>', '<shape><polyline/></shape>', '<emergency/>', '<_medevac_/>',
] as const; // prettier-ignore
const VALUES = [
  '', ' ', '0', '-0', '-1', '1e308', '1e-320', '9'.repeat(400), '0.' + '1'.repeat(400), 'NaN', 'Infinity', '2147483648', '-2147483649',
  '4294967296', '90.00000001', '-180.1', '9999999', '9999999.0', '+5', '5%', '0x10', '???', 'null', 'true', '1,2', '1,2,3', ',', '91,181', 't-x-d-d',
  'b-t-f', 'b-m-r', 'u-d-f', 'b-r-f-h-c', 'b-a-o-tbl', 'a-f-G-U-C', 'y-', 'm-t-t', 't-x-c-t', 'GeoChat.a.b.c', 'GeoChat...', 'All Chat Rooms',
  '1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2026-02-30T00:00:00Z', '2026-03-15T14:22:10.123456789+14:00',
  '漢'.repeat(60), '😀'.repeat(40), '&amp;'.repeat(60), '&lt;x&gt;', 'x'.repeat(300), '}', '..', '\u00a0',
] as const; // prettier-ignore
const ATTRIBUTE = /="[^"]*"/g;
const ELEMENT = /<(\w+)[^<>]*\/>/g;
const MAX_EDITS = 4;
/** Characters; the bound of one event is 1 048 576. */
const USUAL_CHARACTERS = 20_000;
const MOST_CHARACTERS = 1_100_000;

type Edit = (xml: string, random: Random, other: string) => string;

const splice = (xml: string, at: number, length: number, piece: string): string =>
  xml.slice(0, at) + piece + xml.slice(at + length);

const places = (xml: string, pattern: RegExp): readonly RegExpExecArray[] => [...xml.matchAll(pattern)];

const withValue: Edit = (xml, random) => {
  const found = places(xml, ATTRIBUTE);
  if (found.length === 0) return xml;
  const [text, { index }] = [random.pick(VALUES), random.pick(found)];
  return splice(xml, index, places(xml.slice(index), ATTRIBUTE)[0]?.[0].length ?? 0, `="${text}"`);
};

const withElement: Edit = (xml, random, other) => {
  const found = places(other, ELEMENT);
  if (found.length === 0) return xml;
  return splice(xml, Math.max(0, xml.indexOf('</detail>')), 0, random.pick(found)[0]);
};

const repeated: Edit = (xml, random) => {
  const at = random.below(xml.length + 1);
  const piece = random.chance(0.5) ? random.pick(PIECES) : xml.slice(at, at + 1 + random.below(80));
  const most = random.chance(0.01) ? MOST_CHARACTERS : USUAL_CHARACTERS;
  return splice(xml, at, 0, piece.repeat(1 + random.below(Math.ceil(most / Math.max(1, piece.length)))));
};

const edits: readonly Edit[] = [
  (xml, random) => splice(xml, random.below(xml.length + 1), random.below(3), random.pick(PIECES)),
  (xml, random) => splice(xml, random.below(xml.length + 1), random.below(20), ''),
  (xml, random) => splice(xml, random.below(xml.length + 1), 1, String.fromCharCode(random.below(0x250))),
  (xml, random) => {
    const at = random.below(xml.length + 1);
    return splice(xml, random.below(xml.length + 1), 0, xml.slice(at, at + random.below(120)));
  },
  withValue,
  withValue,
  withValue,
  withElement,
  withElement,
  (xml, random, other) => xml.slice(0, random.below(xml.length + 1)) + other.slice(random.below(other.length + 1)),
  (xml, random, other) => (random.chance(0.1) ? repeated(xml, random, other) : withValue(xml, random, other)),
];

/** @param other another event, of which elements are taken */
export const mutateXml = (random: Random, original: string, other: string): string => {
  let xml = original;
  for (let left = 1 + random.below(MAX_EDITS); left > 0; left -= 1) xml = random.pick(edits)(xml, random, other);
  return xml;
};
