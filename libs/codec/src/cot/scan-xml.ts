/**
 * A quick reader for the XML that clients write most of the time: elements with ASCII names, attributes, text, the usual
 * entities; no comments, CDATA or prefixes. It takes a third of the time of the parser, never decides that something is
 * wrong, and leaves everything else to the parser: where both read a text they read the same.
 */
import { MAX_XML_ATTRIBUTES, MAX_XML_DEPTH, MAX_XML_ELEMENTS } from '../limits.ts';
import { codeAt } from './code-at.ts';
import type { Element } from './element.ts';

interface OpenElement extends Element {
  readonly attributes: Record<string, string>;
  readonly children: Element[];
  text: string;
}

// The cheap question first: most text has neither.
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Cs}/u;
const PROLOG =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?: standalone=(?:"(?:yes|no)"|'(?:yes|no)'))? ?\?>/;

const [TAB, NEWLINE, RETURN, BLANK] = [0x09, 0x0a, 0x0d, 0x20] as const;
const [SLASH, LESS, EQUALS, GREATER] = [0x2f, 0x3c, 0x3d, 0x3e] as const;
const [TILDE, LAST_CONTROL, LAST_CHARACTER] = [0x7e, 0x9f, 0xfffd] as const;
/** Of the halves of a surrogate pair. */
const [FIRST_HIGH, FIRST_LOW, LAST_LOW] = [0xd800, 0xdc00, 0xdfff] as const;
const [DOUBLE_QUOTE, SINGLE_QUOTE] = [0x22, 0x27] as const;

/** Index: the ASCII code. 1: may start a name, 2: may only go on with it. */
const nameCharacters = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) return 1;
  return /[-.0-9]/.test(character) ? 2 : 0;
});

/** True for text with half a surrogate pair, which neither XML nor the bus can carry. */
export const hasHalfCharacter = (text: string): boolean => SURROGATE.test(text) && LONE_SURROGATE.test(text);

/** The root element; undefined when the text is for the parser. @param xml without blanks around */
export const scanXml = (xml: string): Element | undefined => {
  // Not by `replace`: V8 keeps its result as a rope, and reading that by characters takes twice as long.
  const lines = xml.includes('\r') ? xml.split(/\r\n?/).join('\n') : xml;
  const start = lines.startsWith('<?') ? (PROLOG.exec(lines)?.[0].length ?? -1) : 0;
  return start < 0 ? undefined : scanTree(lines, skipBlanks(lines, start));
};

const scanTree = (xml: string, start: number): Element | undefined => {
  const decode = xml.includes('&') ? decodeEntities : asIs;
  const path: OpenElement[] = [];
  let at = start;
  let elements = 0;
  for (;;) {
    // At a `<`.
    if (codeAt(xml, at) !== LESS) return undefined;
    const parent = path[path.length - 1];
    if (codeAt(xml, at + 1) === SLASH) {
      const end = scanClose(xml, at + 2, parent);
      if (end < 0 || parent === undefined) return undefined;
      at = end;
      path.pop();
      if (path.length === 0) return at === xml.length ? parent : undefined;
    } else {
      elements += 1;
      if (elements > MAX_XML_ELEMENTS || path.length >= MAX_XML_DEPTH) return undefined;
      const nameEnd = scanName(xml, at + 1);
      if (nameEnd === at + 1) return undefined;
      const opened: OpenElement = { name: xml.slice(at + 1, nameEnd), attributes: {}, children: [], text: '' };
      const end = scanAttributes(xml, nameEnd, opened.attributes, decode);
      if (end < 0) return undefined;
      at = end;
      parent?.children.push(opened);
      if (codeAt(xml, at - 2) !== SLASH || codeAt(xml, at - 1) !== GREATER) path.push(opened);
      else if (parent === undefined) return at === xml.length ? opened : undefined;
    }
    const current = path[path.length - 1];
    const next = xml.indexOf('<', at);
    if (current === undefined || next < 0) return undefined;
    const text = next === at ? '' : scanText(xml, at, next, decode);
    if (text === undefined) return undefined;
    if (text !== '') current.text += text;
    at = next;
  }
};

/** Of text: controls, and what XML does not know. */
const NOT_PLAIN = /[^\t\n -~\u00a0-\ufffd]/;

/** Undefined when the text may not stand in an element. Most of it is blanks between elements. */
const scanText = (xml: string, from: number, to: number, decode: Decode): string | undefined => {
  const raw = xml.slice(from, to);
  if (skipBlanks(xml, from) === to) return raw;
  return NOT_PLAIN.test(raw) || raw.includes(']]>') || hasHalfCharacter(raw) ? undefined : decode(raw);
};

/** Undefined for an entity that only the parser may judge. */
type Decode = (raw: string) => string | undefined;

const asIs: Decode = (raw) => raw;

const decodeEntities: Decode = (raw) => {
  let text = '';
  let from = 0;
  for (let at = raw.indexOf('&'); at >= 0; at = raw.indexOf('&', from)) {
    const end = raw.indexOf(';', at);
    const character = end < 0 ? undefined : characterOf(raw.slice(at + 1, end));
    if (character === undefined) return undefined;
    text += raw.slice(from, at) + character;
    from = end + 1;
  }
  return text + raw.slice(from);
};

const namedCharacters: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
const NUMBERED = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/;

const characterOf = (name: string): string | undefined => {
  const named = namedCharacters.get(name);
  if (named !== undefined) return named;
  const [, hex, decimal] = NUMBERED.exec(name) ?? [];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return isCharacter(code) ? String.fromCodePoint(code) : undefined;
};

/** Of XML 1.0. */
const isCharacter = (code: number): boolean =>
  (code >= BLANK && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff) ||
  code === TAB ||
  code === NEWLINE ||
  code === RETURN;

/** Behind the `>`; negative when it does not close what is open. */
const scanClose = (xml: string, at: number, open: OpenElement | undefined): number => {
  if (open === undefined || !xml.startsWith(open.name, at)) return -1;
  const end = skipBlanks(xml, at + open.name.length);
  if (codeAt(xml, end) !== GREATER) return -1;
  // Blanks alone are the layout of the text, not its content.
  if (open.text !== '' && open.text.trim() === '') open.text = '';
  return end + 1;
};

/** Behind the `>` of the tag; negative when it is not plain. */
const scanAttributes = (xml: string, start: number, attributes: Record<string, string>, decode: Decode): number => {
  let at = start;
  for (let count = 0; count <= MAX_XML_ATTRIBUTES; count += 1) {
    const nameStart = skipBlanks(xml, at);
    const code = codeAt(xml, nameStart);
    if (code === GREATER) return nameStart + 1;
    if (code === SLASH) return codeAt(xml, nameStart + 1) === GREATER ? nameStart + 2 : -1;
    const nameEnd = scanName(xml, nameStart);
    // The name of what every object has counts as one that comes twice, which only the parser may say.
    const name = xml.slice(nameStart, nameEnd);
    if (nameStart === at || nameEnd === nameStart || attributes[name] !== undefined) return -1;
    const equals = skipBlanks(xml, nameEnd);
    if (codeAt(xml, equals) !== EQUALS) return -1;
    const valueStart = skipBlanks(xml, equals + 1) + 1;
    const valueEnd = scanValue(xml, valueStart, codeAt(xml, valueStart - 1));
    const value = valueEnd < 0 ? undefined : decode(xml.slice(valueStart, valueEnd));
    if (value === undefined) return -1;
    attributes[name] = value;
    at = valueEnd + 1;
  }
  return -1;
};

/** At the closing quote; negative for what is no quoted value, or one with `<`, a line break or a control. */
const scanValue = (xml: string, start: number, quote: number): number => {
  if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) return -1;
  for (let at = start; at < xml.length; at += 1) {
    const code = codeAt(xml, at);
    if (code === quote) return at;
    if (code === LESS || code < BLANK) return -1;
    if (code > TILDE) {
      const length = lengthOfCharacter(xml, at);
      if (length === 0) return -1;
      at += length - 1;
    }
  }
  return -1;
};

/** UTF-16 units of a character beyond ASCII; 0 for a control, half a character and what XML does not know. */
const lengthOfCharacter = (xml: string, at: number): 0 | 1 | 2 => {
  const code = codeAt(xml, at);
  if (code < FIRST_HIGH || code > LAST_LOW) return code > LAST_CONTROL && code <= LAST_CHARACTER ? 1 : 0;
  const low = codeAt(xml, at + 1);
  return code < FIRST_LOW && low >= FIRST_LOW && low <= LAST_LOW ? 2 : 0;
};

/** Behind the name; the start itself when there is none. */
const scanName = (xml: string, start: number): number => {
  if (nameCharacters[codeAt(xml, start)] !== 1) return start;
  let at = start + 1;
  while ((nameCharacters[codeAt(xml, at)] ?? 0) !== 0) at += 1;
  return at;
};

const skipBlanks = (xml: string, start: number): number => {
  let at = start;
  for (;;) {
    const code = codeAt(xml, at);
    if (code !== BLANK && code !== NEWLINE && code !== TAB) return at;
    at += 1;
  }
};
