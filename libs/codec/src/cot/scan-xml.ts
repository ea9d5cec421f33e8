/**
 * A quick reader for the XML that clients write most of the time: elements with ASCII names, attributes, text, the usual
 * entities; no comments, CDATA or prefixes. It takes a third of the time of the parser, never decides that something is
 * wrong, and leaves everything else to the parser: where both read a text they read the same.
 */
import { MAX_XML_DEPTH, MAX_XML_ELEMENTS } from '../limits.ts';
import { indexOfName } from './element.ts';
import type { Element } from './element.ts';
import { decodeEntities } from './entities.ts';
import { nameAt } from './known-names.ts';
import { BLANK, NAME, NAME_START, TEXT, VALUE, unitClasses, unitsOf } from './xml-units.ts';

interface OpenElement extends Element {
  readonly attributes: string[];
  readonly children: Element[];
  text: string;
}

/** What is read, and how far it is. */
interface Scan {
  readonly xml: string;
  /** As `unitsOf` gives them. */
  readonly units: Uint8Array;
  readonly decode: (raw: string) => string | undefined;
  at: number;
}

/** Each name is compared with all before it. */
const MAX_PLAIN_ATTRIBUTES = 64;

const PROLOG =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?: standalone=(?:"(?:yes|no)"|'(?:yes|no)'))? ?\?>/y;

const [SLASH, LESS, EQUALS, GREATER] = [0x2f, 0x3c, 0x3d, 0x3e] as const;
const [DOUBLE_QUOTE, SINGLE_QUOTE] = [0x22, 0x27] as const;

const asIs = (raw: string): string => raw;

/** The root element; undefined when the text is for the parser. @param xml without blanks around */
export const scanXml = (xml: string): Element | undefined => {
  const start = prologEnd(xml);
  const units = start < 0 ? undefined : unitsOf(xml);
  if (units === undefined) return undefined;
  const decode = xml.includes('&') ? decodeEntities : asIs;
  return scanTree({ xml, units, decode, at: skip(units, start, BLANK) });
};

/** 0 without one, negative when it is the parser's. */
const prologEnd = (xml: string): number => {
  if (!xml.startsWith('<?')) return 0;
  PROLOG.lastIndex = 0;
  return PROLOG.test(xml) ? PROLOG.lastIndex : -1;
};

const scanTree = (scan: Scan): Element | undefined => {
  const { xml, units } = scan;
  const path: OpenElement[] = [];
  let current: OpenElement | undefined;
  let elements = 0;
  for (;;) {
    if (units[scan.at] !== LESS) return undefined;
    if (units[scan.at + 1] === SLASH) {
      if (current === undefined || !scanClose(scan, current)) return undefined;
      path.pop();
      if (path.length === 0) return scan.at === xml.length ? current : undefined;
      current = path[path.length - 1];
    } else {
      elements += 1;
      if (elements > MAX_XML_ELEMENTS || path.length >= MAX_XML_DEPTH) return undefined;
      const opened = scanOpen(scan);
      if (opened === undefined) return undefined;
      current?.children.push(opened);
      if (units[scan.at - 2] !== SLASH) {
        path.push(opened);
        current = opened;
      } else if (current === undefined) return scan.at === xml.length ? opened : undefined;
    }
    if (units[scan.at] !== LESS && (current === undefined || !scanText(scan, current))) return undefined;
  }
};

/** Behind the tag that begins here; undefined when it is not plain. */
const scanOpen = (scan: Scan): OpenElement | undefined => {
  const { xml, units } = scan;
  const start = scan.at + 1;
  scan.at = skip(units, start, NAME);
  if (!isStart(units, start)) return undefined;
  const opened: OpenElement = { name: nameAt(xml, units, start, scan.at), attributes: [], children: [], text: '' };
  for (let count = 0; count <= MAX_PLAIN_ATTRIBUTES; count += 1) {
    const from = skip(units, scan.at, BLANK);
    const unit = units[from];
    if (unit === GREATER || unit === SLASH) {
      scan.at = unit === GREATER ? from + 1 : from + 2;
      // `<a / >` and `<a b=c/>` are the parser's.
      return units[scan.at - 1] === GREATER ? opened : undefined;
    }
    if (from === scan.at || !scanAttribute(scan, from, opened.attributes)) return undefined;
  }
  return undefined;
};

/** Adds the attribute whose name begins at `start`. False when it is not plain. */
const scanAttribute = (scan: Scan, start: number, attributes: string[]): boolean => {
  const { xml, units } = scan;
  const nameEnd = skip(units, start, NAME);
  if (!isStart(units, start)) return false;
  const equals = skip(units, nameEnd, BLANK);
  if (units[equals] !== EQUALS) return false;
  const open = skip(units, equals + 1, BLANK);
  const quote = units[open];
  if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) return false;
  let end = skip(units, open + 1, VALUE);
  // The other quote may stand in a value.
  while (units[end] === DOUBLE_QUOTE + SINGLE_QUOTE - quote) end = skip(units, end + 1, VALUE);
  if (units[end] !== quote) return false;
  const name = nameAt(xml, units, start, nameEnd);
  const value = scan.decode(xml.slice(open + 1, end));
  // One that comes twice is the parser's to judge.
  if (value === undefined || indexOfName(attributes, name) >= 0) return false;
  attributes.push(name, value);
  scan.at = end + 1;
  return true;
};

/** Adds the text that begins here. False when it may not stand in an element. */
const scanText = (scan: Scan, current: OpenElement): boolean => {
  const { xml, units, at } = scan;
  const blankEnd = skip(units, at, BLANK);
  const isBlank = units[blankEnd] === LESS;
  scan.at = isBlank ? blankEnd : skip(units, blankEnd, TEXT);
  // Most of it is layout. Text after that is the parser's, which keeps both.
  if (current.text === '' && (isBlank || current.children.length > 0)) return isBlank;
  const raw = xml.slice(at, scan.at);
  // What stands for a line feed, before entities that say one.
  const text = scan.decode(raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw);
  if (text === undefined || raw.includes(']]>')) return false;
  current.text += text;
  return true;
};

/** Behind the end tag that begins here. False when it does not close what is open. */
const scanClose = (scan: Scan, open: OpenElement): boolean => {
  const start = scan.at + 2;
  if (!scan.xml.startsWith(open.name, start)) return false;
  const end = skip(scan.units, start + open.name.length, BLANK);
  scan.at = end + 1;
  // Of other blanks, such as U+00A0.
  if (open.text !== '' && open.text.trim() === '') open.text = '';
  return scan.units[end] === GREATER;
};

const isStart = (units: Uint8Array, at: number): boolean => ((unitClasses[units[at] ?? 0] ?? 0) & NAME_START) !== 0;

/** Behind all units of a class. */
const skip = (units: Uint8Array, start: number, unitClass: number): number => {
  let at = start;
  while (((unitClasses[units[at] ?? 0] ?? 0) & unitClass) !== 0) at += 1;
  return at;
};
