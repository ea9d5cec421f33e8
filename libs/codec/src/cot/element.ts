/** The detail of an event as a small tree, and its XML text. */

export interface Element {
  /** Local name: prefixes are dropped on reading. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** All text of the element itself, in front of its children; empty when blank. */
  readonly text: string;
}

/** An element from literals; attributes that are undefined are left out. */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  content: string | readonly Element[] = [],
): Element => ({
  name,
  attributes: new Map(Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  children: typeof content === 'string' ? [] : content,
  text: typeof content === 'string' ? content : '',
});

/** The last one of that name: where an element occurs twice, the later one counts. */
export const lastNamed = (elements: readonly Element[], name: string): Element | undefined =>
  elements.findLast((e) => e.name === name);

export const allNamed = (elements: readonly Element[], name: string): readonly Element[] =>
  elements.filter((e) => e.name === name);

/** An attribute; empty when the element or the attribute is absent. */
export const attribute = (e: Element | undefined, name: string): string => e?.attributes.get(name) ?? '';

/** Text of `<remarks>`, trimmed; of several the last one that is not blank. */
export const remarksText = (elements: readonly Element[]): string =>
  elements.findLast((e) => e.name === 'remarks' && e.text !== '')?.text.trim() ?? '';

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
export const escapeXml = (text: string): string => text.replace(SPECIAL, (c) => escapes.get(c) ?? (isC1(c) ? c : ''));

/** Text that survives `escapeXml` unchanged once it is read back. */
export const dropIllegal = (text: string): string => text.replace(SPECIAL, (c) => (escapes.has(c) || isC1(c) ? c : ''));

/** XML of the elements, on one line. Text stands in front of children. */
export const buildElements = (elements: readonly Element[]): string => elements.map(buildElement).join('');

const buildElement = (e: Element): string => {
  let tag = `<${e.name}`;
  for (const [name, value] of e.attributes) tag += ` ${name}="${escapeXml(value)}"`;
  if (e.text === '' && e.children.length === 0) return `${tag}/>`;
  return `${tag}>${escapeXml(e.text)}${buildElements(e.children)}</${e.name}>`;
};
