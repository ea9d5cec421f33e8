/**
 * A quick reader for the XML that clients write most of the time: printable ASCII, elements, attributes and text, no
 * entities, comments, CDATA or prefixes. It takes a third of the time of the parser, never decides that something is
 * wrong, and leaves everything else to the parser: where both read a text they read the same.
 */
import { MAX_XML_ATTRIBUTES, MAX_XML_DEPTH, MAX_XML_ELEMENTS } from '../limits.ts';
import type { Element } from './element.ts';

interface OpenElement extends Element {
  readonly attributes: Record<string, string>;
  readonly children: Element[];
  text: string;
}

const NOT_PLAIN = /[^\t\n -%'-~]/;
const PROLOG =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?: standalone=(?:"(?:yes|no)"|'(?:yes|no)'))? ?\?>/;

const [TAB, NEWLINE, BLANK, SLASH, LESS, EQUALS, GREATER] = [0x09, 0x0a, 0x20, 0x2f, 0x3c, 0x3d, 0x3e] as const;
const [DOUBLE_QUOTE, SINGLE_QUOTE] = [0x22, 0x27] as const;

/** Index: the ASCII code. 1: may start a name, 2: may only go on with it. */
const nameCharacters = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) return 1;
  return /[-.0-9]/.test(character) ? 2 : 0;
});

/** The root element; undefined when the text is for the parser. @param xml without blanks around */
export const scanXml = (xml: string): Element | undefined => {
  if (NOT_PLAIN.test(xml)) return undefined;
  const start = xml.startsWith('<?') ? (PROLOG.exec(xml)?.[0].length ?? -1) : 0;
  return start < 0 ? undefined : scanTree(xml, skipBlanks(xml, start));
};

const scanTree = (xml: string, start: number): Element | undefined => {
  const path: OpenElement[] = [];
  let at = start;
  let elements = 0;
  for (;;) {
    // At a `<`.
    if (xml.charCodeAt(at) !== LESS) return undefined;
    const parent = path[path.length - 1];
    if (xml.charCodeAt(at + 1) === SLASH) {
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
      const end = scanAttributes(xml, nameEnd, opened.attributes);
      if (end < 0) return undefined;
      at = end;
      parent?.children.push(opened);
      if (xml.charCodeAt(at - 2) !== SLASH || xml.charCodeAt(at - 1) !== GREATER) path.push(opened);
      else if (parent === undefined) return at === xml.length ? opened : undefined;
    }
    const current = path[path.length - 1];
    const next = xml.indexOf('<', at);
    if (current === undefined || next < 0 || !addText(current, xml.slice(at, next))) return undefined;
    at = next;
  }
};

/** False when the text may not stand in an element. Blank text between elements is nothing. */
const addText = (e: OpenElement, text: string): boolean => {
  if (text === '') return true;
  if (text.includes(']]>')) return false;
  e.text += text;
  return true;
};

/** Behind the `>`; negative when it does not close what is open. */
const scanClose = (xml: string, at: number, open: OpenElement | undefined): number => {
  if (open === undefined || !xml.startsWith(open.name, at)) return -1;
  const end = skipBlanks(xml, at + open.name.length);
  if (xml.charCodeAt(end) !== GREATER) return -1;
  // Blanks alone are the layout of the text, not its content.
  if (open.text !== '' && open.text.trim() === '') open.text = '';
  return end + 1;
};

/** Behind the `>` of the tag; negative when it is not plain. */
const scanAttributes = (xml: string, start: number, attributes: Record<string, string>): number => {
  let at = start;
  for (let count = 0; count <= MAX_XML_ATTRIBUTES; count += 1) {
    const nameStart = skipBlanks(xml, at);
    const code = xml.charCodeAt(nameStart);
    if (code === GREATER) return nameStart + 1;
    if (code === SLASH) return xml.charCodeAt(nameStart + 1) === GREATER ? nameStart + 2 : -1;
    const nameEnd = scanName(xml, nameStart);
    // The name of what every object has counts as one that comes twice, which only the parser may say.
    const name = xml.slice(nameStart, nameEnd);
    if (nameStart === at || nameEnd === nameStart || attributes[name] !== undefined) return -1;
    const equals = skipBlanks(xml, nameEnd);
    if (xml.charCodeAt(equals) !== EQUALS) return -1;
    const valueStart = skipBlanks(xml, equals + 1) + 1;
    const valueEnd = scanValue(xml, valueStart, xml.charCodeAt(valueStart - 1));
    if (valueEnd < 0) return -1;
    attributes[name] = xml.slice(valueStart, valueEnd);
    at = valueEnd + 1;
  }
  return -1;
};

/** At the closing quote; negative for what is no quoted value, or one with `<` or a line break. */
const scanValue = (xml: string, start: number, quote: number): number => {
  if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) return -1;
  for (let at = start; at < xml.length; at += 1) {
    const code = xml.charCodeAt(at);
    if (code === quote) return at;
    if (code === LESS || code < BLANK) return -1;
  }
  return -1;
};

/** Behind the name; the start itself when there is none. */
const scanName = (xml: string, start: number): number => {
  if (nameCharacters[xml.charCodeAt(start)] !== 1) return start;
  let at = start + 1;
  while ((nameCharacters[xml.charCodeAt(at)] ?? 0) !== 0) at += 1;
  return at;
};

const skipBlanks = (xml: string, start: number): number => {
  let at = start;
  for (;;) {
    const code = xml.charCodeAt(at);
    if (code !== BLANK && code !== NEWLINE && code !== TAB) return at;
    at += 1;
  }
};
