import { describe, expect, it } from 'vitest';
import { nodeAt, readXml, XmlError } from './cot-reader.ts';

describe('readXml', () => {
  it('gives names, attributes, children and text', () => {
    const root = readXml('<a x="1 &amp; 2"><b>t<![CDATA[<u>]]></b><b/></a>');
    expect(root).toEqual({
      name: 'a',
      attributes: { x: '1 & 2' },
      text: '',
      children: [
        { name: 'b', attributes: {}, text: 't<u>', children: [] },
        { name: 'b', attributes: {}, text: '', children: [] },
      ],
    });
    expect(nodeAt(root, 'b')?.text).toBe('t<u>');
    expect(nodeAt(root, 'b/c')).toBeUndefined();
  });

  it('throws for what is no document', () => {
    expect(() => readXml('<a>')).toThrow(XmlError);
    expect(() => readXml('<a/><b/>')).toThrow(XmlError);
  });
});
