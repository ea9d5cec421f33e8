/** The detail of an event as a small tree, and its XML text. */

/**
 * Names and values in turns, in document order, each name once. A list, for elements have few: it is made and searched in
 * half the time of an object, and no name means anything to it.
 */
export type Attributes = readonly string[];

export interface Element {
  /** Local name: prefixes are dropped on reading. */
  readonly name: string;
  readonly attributes: Attributes;
  readonly children: readonly Element[];
  /** All text of the element itself, in front of its children; empty when blank. */
  readonly text: string;
}

const NO_CHILDREN: readonly Element[] = [];

/** An element from literals; attributes that are undefined are left out. */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  content: string | readonly Element[] = NO_CHILDREN,
): Element => {
  const listed = listAttributes(attributes);
  return typeof content === 'string'
    ? { name, attributes: listed, children: NO_CHILDREN, text: content }
    : { name, attributes: listed, children: content, text: '' };
};

export const listAttributes = (attributes: Readonly<Record<string, string | undefined>>): Attributes => {
  const listed: string[] = [];
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== undefined) listed.push(name, value);
  }
  return listed;
};

/** The element with that attribute, in its place when it has it already, else behind the others. */
export const withAttribute = (e: Element, name: string, value: string): Element => {
  const at = indexOfName(e.attributes, name);
  const attributes = at < 0 ? [...e.attributes, name, value] : e.attributes.with(at + 1, value);
  return { ...e, attributes };
};

/** Negative when there is none of that name. */
export const indexOfName = (attributes: Attributes, name: string): number => {
  for (let at = 0; at < attributes.length; at += 2) if (attributes[at] === name) return at;
  return -1;
};

/** The last one of that name: where an element occurs twice, the later one counts. */
export const lastNamed = (elements: readonly Element[], name: string): Element | undefined => {
  for (let i = elements.length - 1; i >= 0; i -= 1) if (elements[i]?.name === name) return elements[i];
  return undefined;
};

/** The last one of that name that has the attribute. */
export const lastWith = (elements: readonly Element[], name: string, attributeName: string): Element | undefined => {
  for (let i = elements.length - 1; i >= 0; i -= 1) {
    const e = elements[i];
    if (e?.name === name && hasAttribute(e, attributeName)) return e;
  }
  return undefined;
};

export const allNamed = (elements: readonly Element[], name: string): readonly Element[] =>
  elements.filter((e) => e.name === name);

/** An attribute; empty when the element or the attribute is absent. */
export const attribute = (e: Element | undefined, name: string): string => {
  if (e === undefined) return '';
  const at = indexOfName(e.attributes, name);
  return at < 0 ? '' : (e.attributes[at + 1] ?? '');
};

export const hasAttribute = (e: Element | undefined, name: string): boolean =>
  e !== undefined && indexOfName(e.attributes, name) >= 0;

/** In pairs. */
export const attributesOf = ({ attributes }: Element): readonly (readonly [name: string, value: string])[] =>
  attributes.flatMap((name, at) => (at % 2 === 0 ? [[name, attributes[at + 1] ?? ''] as const] : []));

/** Text of `<remarks>`, trimmed; of several the last one that is not blank. */
export const remarksText = (elements: readonly Element[]): string => {
  for (let i = elements.length - 1; i >= 0; i -= 1) {
    const e = elements[i];
    if (e?.name === 'remarks' && e.text !== '') return e.text.trim();
  }
  return '';
};

/** Text of the last element of that name, trimmed; empty without one. */
export const textOf = (elements: readonly Element[], name: string): string =>
  lastNamed(elements, name)?.text.trim() ?? '';

/** What most text is made of; for anything else there may be something to do. */
const SUSPECT = /[^ !#$%(-;=?-~\u00a0-\ud7ff\ue000-\ufffd]/;
const SPECIAL = /[&<>"'\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;

const escapes: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
  ['\t', '&#9;'],
  ['\n', '&#10;'],
  ['\r', '&#13;'],
]);

const isC1 = (character: string): boolean => character >= '\u007f' && character <= '\u009f';

/** Text for XML 1.0, on one line: what the standard forbids (controls, lone surrogates) is dropped. */
export const escapeXml = (text: string): string =>
  SUSPECT.test(text) ? text.replace(SPECIAL, (c) => escapes.get(c) ?? (isC1(c) ? c : '')) : text;

/** Text that survives `escapeXml` unchanged once it is read back. */
export const dropIllegal = (text: string): string =>
  SUSPECT.test(text) ? text.replace(SPECIAL, (c) => (escapes.has(c) || isC1(c) ? c : '')) : text;

/** XML of the elements, on one line. Text stands in front of children. */
export const buildElements = (elements: readonly Element[]): string => {
  let xml = '';
  for (const e of elements) xml += buildElement(e);
  return xml;
};

const buildElement = (e: Element): string => {
  let tag = `<${e.name}`;
  const { attributes } = e;
  for (let at = 0; at < attributes.length; at += 2) {
    tag += ` ${attributes[at] ?? ''}="${escapeXml(attributes[at + 1] ?? '')}"`;
  }
  if (e.text === '' && e.children.length === 0) return `${tag}/>`;
  return `${tag}>${escapeXml(e.text)}${buildElements(e.children)}</${e.name}>`;
};
