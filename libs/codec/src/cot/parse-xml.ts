/** XML text → a tree of elements, within bounds. */
import { SaxesParser } from 'saxes';
import { MAX_XML_ATTRIBUTES, MAX_XML_CHARACTERS, MAX_XML_DEPTH, MAX_XML_ELEMENTS } from '../limits.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { codeAt } from './code-at.ts';
import { listAttributes } from './element.ts';
import type { Element } from './element.ts';
import { DECLARATION } from './scan-section.ts';
import { scanXml } from './scan-xml.ts';

interface OpenElement extends Element {
  readonly children: Element[];
  text: string;
}

const LONE_SURROGATE = /\p{Cs}/u;
// A legal XML name may start with none of these once its prefix is gone.
const NOT_A_START = /^$|^[-.0-9\u{B7}\u{203F}\u{2040}]|^\p{Mn}/u;

/**
 * Reads one document, blanks and a byte order mark around it allowed, and the NULs that C programs send behind their text. Comments and processing instructions are skipped, CDATA is text,
 * namespace prefixes and declarations are dropped. Refused as `garbled`: not well-formed, with half a surrogate pair, or
 * with a DOCTYPE or ENTITY declaration anywhere; as `too_large`: beyond the bounds of size, depth, number of elements
 * and of attributes.
 */
export const parseXml = (xml: string): { readonly ok: true; readonly root: Element } | Refused => {
  if (xml.length > MAX_XML_CHARACTERS) return refuse('too_large', `${xml.length} characters of XML`);
  const trimmed = withoutNuls(xml.trim());
  const scanned = scanXml(trimmed);
  return scanned === undefined ? parseAnyXml(trimmed) : { ok: true, root: scanned };
};

const withoutNuls = (xml: string): string => {
  let end = xml.length;
  while (codeAt(xml, end - 1) === 0) end -= 1;
  return end === xml.length ? xml : xml.slice(0, end).trim();
};

/** As `parseXml`, without the short cut for plain text. */
export const parseAnyXml = (xml: string): { readonly ok: true; readonly root: Element } | Refused => {
  if (xml.includes('<!') && DECLARATION.test(xml)) {
    return refuse('garbled', 'XML with a document type or entity declaration');
  }
  // The parser lets it pass, but neither XML nor the bus can carry it.
  if (LONE_SURROGATE.test(xml)) return refuse('garbled', 'XML with half a character');
  const tree = createTree();
  const parser = new SaxesParser();
  parser.on('attribute', tree.attribute);
  parser.on('opentag', tree.open);
  parser.on('text', tree.text);
  parser.on('cdata', tree.text);
  parser.on('closetag', tree.close);
  try {
    parser.write(xml).close();
  } catch (error) {
    return refuse('garbled', `XML: ${error instanceof Error ? error.message : 'not well-formed'}`);
  }
  return tree.result();
};

const createTree = () => {
  const path: OpenElement[] = [];
  let root: Element | undefined;
  let elements = 0;
  // Of the tag that is being read: the parser reports its attributes first.
  let attributes = 0;
  let isLocal = true;
  // After the first fault the rest of the text, itself bounded, is read and ignored.
  let fault: Refused | undefined;

  const attribute = ({ name }: { readonly name: string }): void => {
    attributes += 1;
    if (name === 'xmlns' || name.includes(':')) isLocal = false;
  };

  const open = (tag: { readonly name: string; readonly attributes: Readonly<Record<string, string>> }): void => {
    if (fault !== undefined) return;
    elements += 1;
    if (elements > MAX_XML_ELEMENTS) fault = refuse('too_large', `XML with more than ${MAX_XML_ELEMENTS} elements`);
    if (path.length >= MAX_XML_DEPTH) fault = refuse('too_large', `XML deeper than ${MAX_XML_DEPTH} elements`);
    if (attributes > MAX_XML_ATTRIBUTES) fault = refuse('too_large', `XML with ${attributes} attributes of an element`);
    const name = tag.name.includes(':') ? localName(tag.name) : tag.name;
    if (name !== tag.name && NOT_A_START.test(name)) fault = refuse('garbled', `XML: element name ${tag.name}`);
    const local = listAttributes(isLocal ? tag.attributes : withoutPrefixes(tag.attributes));
    path.push({ name, attributes: local, children: [], text: '' });
    attributes = 0;
    isLocal = true;
  };

  const text = (characters: string): void => {
    const current = path[path.length - 1];
    if (fault === undefined && current !== undefined) current.text += characters;
  };

  const close = (): void => {
    if (fault !== undefined) return;
    const closed = path.pop();
    if (closed === undefined) return;
    if (closed.text !== '' && closed.text.trim() === '') closed.text = '';
    const parent = path[path.length - 1];
    if (parent === undefined) root = closed;
    else parent.children.push(closed);
  };

  const result = (): { readonly ok: true; readonly root: Element } | Refused =>
    fault ?? (root === undefined ? refuse('garbled', 'XML without an element') : { ok: true, root });

  return { attribute, open, text, close, result };
};

const localName = (qualified: string): string => qualified.slice(qualified.lastIndexOf(':') + 1);

const withoutPrefixes = (attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const local = Object.create(null) as Record<string, string>;
  for (const [qualified, value] of Object.entries(attributes)) {
    if (qualified === 'xmlns' || qualified.startsWith('xmlns:')) continue;
    const name = localName(qualified);
    // Of `x` and `p:x` the plain one counts; a prefix whose rest is no name hides nothing that CoT knows.
    if (name !== qualified && (NOT_A_START.test(name) || name in attributes)) continue;
    local[name] = value;
  }
  return local;
};

/** The elements of a `detail` field of the bus; empty when it is not well-formed, which no writer of ours makes. */
export const parseDetail = (detail: string): readonly Element[] => {
  if (detail === '') return [];
  const parsed = parseXml(`<detail>${detail}</detail>`);
  return parsed.ok ? parsed.root.children : [];
};
