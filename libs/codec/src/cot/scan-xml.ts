/**
 * A quick reader for the XML that clients write most of the time: elements with ASCII names, attributes, text, the usual
 * entities, prefixes, comments between them, CDATA alone; no instructions. It takes a third of the time of the parser, never decides that something is
 * wrong, and leaves everything else to the parser: where both read a text they read the same.
 */
import { MAX_XML_DEPTH, MAX_XML_ELEMENTS } from '../limits.ts';
import { indexOfName } from './element.ts';
import type { Element } from './element.ts';
import { decodeEntities } from './entities.ts';
import { DECLARATION, scanCdata, scanComment } from './scan-section.ts';
import { nameAt } from './known-names.ts';
import { BLANK, NAME, NAME_START, TEXT, VALUE, skip, unitClasses, unitsOf } from './xml-units.ts';

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
  /** Behind the start tag that was read last. */
  contentStart: number;
  /** Names of elements with their prefixes, as their end tags must repeat them; of those that have one. */
  qualified: Map<OpenElement, string> | undefined;
  /** Declarations of the start tag that is being read; undefined without one. */
  namespaces: string[] | undefined;
}

/** Each name is compared with all before it. */
const MAX_PLAIN_ATTRIBUTES = 64;

const PROLOG =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?: standalone=(?:"(?:yes|no)"|'(?:yes|no)'))? ?\?>/y;

const [BANG, DASH, SLASH, COLON, LESS, EQUALS, GREATER] = [0x21, 0x2d, 0x2f, 0x3a, 0x3c, 0x3d, 0x3e] as const;
const [DOUBLE_QUOTE, SINGLE_QUOTE] = [0x22, 0x27] as const;

const NAMESPACE = 'xmlns';
const NAMESPACE_PREFIX = 'xmlns:';

const asIs = (raw: string): string => raw;

/** The root element; undefined when the text is for the parser. @param xml without blanks around */
export const scanXml = (xml: string): Element | undefined => {
  const start = prologEnd(xml);
  const units = start < 0 ? undefined : unitsOf(xml);
  if (units === undefined) return undefined;
  if (xml.includes('<!') && DECLARATION.test(xml)) return undefined;
  const decode = xml.includes('&') ? decodeEntities : asIs;
  return scanTree({
    xml,
    units,
    decode,
    at: skip(units, start, BLANK),
    contentStart: 0,
    qualified: undefined,
    namespaces: undefined,
  });
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
    } else if (units[scan.at + 1] === BANG) {
      if (!scanSection(scan, current)) return undefined;
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

/** Behind the comment or CDATA that begins here; false when it is the parser's. */
const scanSection = (scan: Scan, current: OpenElement | undefined): boolean => {
  if (scan.units[scan.at + 2] === DASH) return scanComment(scan, current !== undefined && current.text !== '');
  const text = current !== undefined && scan.at === scan.contentStart ? scanCdata(scan) : undefined;
  if (text === undefined || current === undefined) return false;
  current.text = text;
  return true;
};

/** Behind the tag that begins here; undefined when it is not plain. */
const scanOpen = (scan: Scan): OpenElement | undefined => {
  const { xml, units } = scan;
  const start = scan.at + 1;
  const local = scanPrefixes(scan, start);
  if (local < 0) return undefined;
  scan.namespaces = undefined;
  const name = nameAt(xml, units, local, scan.at);
  const opened: OpenElement = { name, attributes: [], children: [], text: '' };
  if (local !== start) (scan.qualified ??= new Map<OpenElement, string>()).set(opened, xml.slice(start, scan.at));
  for (let count = 0; count <= MAX_PLAIN_ATTRIBUTES; count += 1) {
    const from = skip(units, scan.at, BLANK);
    const unit = units[from];
    if (unit === GREATER || unit === SLASH) {
      scan.at = unit === GREATER ? from + 1 : from + 2;
      scan.contentStart = scan.at;
      // `<a / >` and `<a b=c/>` are the parser's.
      return units[scan.at - 1] === GREATER ? opened : undefined;
    }
    if (from === scan.at || !scanAttribute(scan, from, opened.attributes)) return undefined;
  }
  return undefined;
};

/** Behind the name that begins at `start`. @returns where it begins without its prefixes, negative when it is not plain */
const scanPrefixes = (scan: Scan, start: number): number => {
  const { units } = scan;
  let local = start;
  let end = skip(units, start, NAME);
  while (units[end] === COLON && isStart(units, local)) {
    local = end + 1;
    end = skip(units, local, NAME);
  }
  scan.at = end;
  return isStart(units, local) ? local : -1;
};

/** Adds the attribute whose name begins at `start`, but for a namespace. False when it is not plain. */
const scanAttribute = (scan: Scan, start: number, attributes: string[]): boolean => {
  const { xml, units } = scan;
  const local = scanPrefixes(scan, start);
  const nameEnd = scan.at;
  if (local < 0) return false;
  const equals = skip(units, nameEnd, BLANK);
  if (units[equals] !== EQUALS) return false;
  const open = skip(units, equals + 1, BLANK);
  const quote = units[open];
  if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) return false;
  let end = skip(units, open + 1, VALUE);
  // The other quote may stand in a value.
  while (units[end] === DOUBLE_QUOTE + SINGLE_QUOTE - quote) end = skip(units, end + 1, VALUE);
  if (units[end] !== quote) return false;
  const name = nameAt(xml, units, local, nameEnd);
  const value = scan.decode(xml.slice(open + 1, end));
  // One that comes twice is the parser's to judge, and so is one that hides behind a prefix.
  if (value === undefined || indexOfName(attributes, name) >= 0) return false;
  scan.at = end + 1;
  const isPrefixed = local !== start;
  if (name === NAMESPACE || (isPrefixed && xml.startsWith(NAMESPACE_PREFIX, start))) {
    const qualified = xml.slice(start, nameEnd);
    if ((isPrefixed && name === NAMESPACE) || scan.namespaces?.includes(qualified) === true) return false;
    (scan.namespaces ??= []).push(qualified);
  } else attributes.push(name, value);
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
  const name = scan.qualified?.get(open) ?? open.name;
  if (!scan.xml.startsWith(name, start)) return false;
  const end = skip(scan.units, start + name.length, BLANK);
  scan.at = end + 1;
  // Of other blanks, such as U+00A0.
  if (open.text !== '' && open.text.trim() === '') open.text = '';
  return scan.units[end] === GREATER;
};

const isStart = (units: Uint8Array, at: number): boolean => ((unitClasses[units[at] ?? 0] ?? 0) & NAME_START) !== 0;
