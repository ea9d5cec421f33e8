/** A small reader of XML, apart from libs/codec: tests must not check the codec with itself. */
import { SaxesParser } from 'saxes';

export interface XmlNode {
  /** As written, with its prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** All text directly inside, joined. */
  readonly text: string;
}

interface OpenNode extends XmlNode {
  readonly children: XmlNode[];
  text: string;
}

/** Thrown for text that is no XML document; test code only reads what should be one. */
export class XmlError extends Error {
  readonly code = 'xml';
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = 'XmlError';
  }
}

/** @throws XmlError when it is not one well-formed document. */
export const readXml = (xml: string): XmlNode => {
  const document: OpenNode = { name: '', attributes: {}, children: [], text: '' };
  const path: OpenNode[] = [document];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const node: OpenNode = { name, attributes, children: [], text: '' };
    path.at(-1)?.children.push(node);
    path.push(node);
  });
  const addText = (text: string): void => {
    const node = path.at(-1);
    if (node !== undefined) node.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => path.pop());
  try {
    parser.write(xml).close();
  } catch (error) {
    throw new XmlError(error);
  }
  return document.children[0] ?? document;
};

/** The node at a path of names, such as `detail/__chat/chatgrp`; of several the first. Undefined when there is none. */
export const nodeAt = (node: XmlNode, path: string): XmlNode | undefined =>
  path
    .split('/')
    .reduce<XmlNode | undefined>((found, name) => found?.children.find((child) => child.name === name), node);
