import { sdkFixtures } from '@cotbus/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corpusEvents } from '../testing/corpus.ts';
import { anyEvent } from '../testing/samples.ts';
import { buildEventXml } from './build-event.ts';
import { parseAnyXml } from './parse-xml.ts';
import { scanXml } from './scan-xml.ts';

const read = (xml: string) => {
  const parsed = parseAnyXml(xml);
  return parsed.ok ? parsed.root : undefined;
};

describe('plain XML', () => {
  it.each([
    '<a/>',
    '<a />',
    '<a></a>',
    '<a >t</a >',
    `<a b="1" c='2'/>`,
    '<a\n\tb = "1"\n/>',
    `<a b="'" c='"' d=">" e="/"/>`,
    '<a>x<b/>y<b>z</b> </a>',
    '<a>\n  <b>\n  </b>\n</a>',
    '<_a-1.b/>',
    '<a>]] > ]</a>',
    `<?xml version="1.0"?><a/>`,
    `<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<a/>`,
    '<a b="a  b"/>',
    '<a toText="1"/>',
    '<a constructor="1" __proto__="2"/>',
    '<a b="&amp;&lt;&gt;&quot;&apos;">&amp;amp;</a>',
    '<a b="&#9;&#10;&#13;&#x41;&#228;&#x1F600;">&#32;</a>',
    '<a>]]&gt;</a>',
    '<a b="ä\u00a0€">\u00a0<b/>漢 😀</a>',
    '<a>\r\n<b\r\n c="1"/>\r</a>',
    `<?xml version="1.0"?>\r\n<a/>`,
    '<a>\u00a0</a>',
    '<a>\u2028</a>',
    '<a> \n x\t</a>',
    '<a>x\n<b/> y</a>',
    '<a:b/>',
    '<a:b></a:b>',
    '<x:a:b c="1"><d/></x:a:b>',
    '<a x:b="1" c:d="2"/>',
    '<a xmlns="u" xmlns:x="v" x:b="1"><x:c/></a>',
    '<a p:__proto__="1"/>',
    '<!-- c --><a/>',
    '<?xml version="1.0"?>\n<!-- c\n -->\n<a/>',
    '<a><!-- c --></a>',
    '<a>\n<!-- <b x="&"> ä --><!----> <b/> </a>',
    '<a><b/><!-- c --><b/></a>',
    '<a>x<!-- c --></a>',
    '<a>x <!-- c --> y<!--d--> \n</a>',
    '<a> x<!-- c --><b/></a>',
    '<a><![CDATA[x]]></a>',
    '<a><![CDATA[]]></a>',
    '<a><![CDATA[ ]]></a>',
    '<a><b><![CDATA[<b> & "c" ]] é\r\n]]></b ></a>',
  ])('is read as the parser reads it: %s', (xml) => {
    expect(scanXml(xml)).toBeDefined();
    expect(scanXml(xml)).toEqual(read(xml));
  });

  it.each([
    '',
    'x',
    '<',
    '<a',
    '<a>',
    '<a></b>',
    '<a></ab>',
    '<a></a',
    '<a/><b/>',
    '<a/>x',
    '</a>',
    '<a b/>',
    '<a b=1/>',
    '<a b="1"c="2"/>',
    '<a b="1" b="2"/>',
    '<a b="<"/>',
    '<a b="1\n2"/>',
    '<a b="1\r2"/>',
    '<a b="&"/>',
    '<a b="&amp"/>',
    '<a>&nbsp;</a>',
    '<a>&#0;</a>',
    '<a>&#xD800;</a>',
    '<a>&#x110000;</a>',
    '<a>&#X41;</a>',
    '<a>&#;</a>',
    '<a>&;</a>',
    '<a>& amp;</a>',
    '<ä/>',
    '<a ä="1"/>',
    '<a>\u0085</a>',
    '<a>\u0001</a>',
    '<a>\ud83d</a>',
    '<a>\uffff</a>',
    '<a>]]></a>',
    '<a> <b/>x</a>',
    '<a>\u007f</a>',
    '<a b="\u007f"/>',
    '<a b="\t"/>',
    '<a><b:c></d:c></a>',
    '<b:c></c>',
    '<c></b:c>',
    '<a:/>',
    '<:a/>',
    '<a:1/>',
    '<a x:1="1"/>',
    '<a b="1" x:b="2"/>',
    '<a x:b="1" b="2"/>',
    '<a x:b="1" y:b="2"/>',
    '<a xmlns="x" xmlns="y"/>',
    '<a x:xmlns="y"/>',
    '<a xmlns:x="x" xmlns:x="y"/>',
    '<a><!-- c -->x</a>',
    '<a> <!-- c --> x</a>',
    '<a><!-- c -- c --></a>',
    '<a><!-- c ---></a>',
    '<a><!-- c</a>',
    '<a><!-- \u0001 --></a>',
    '<a><!-- <!DOCTYPE a> --></a>',
    '<a/><!-- c -->',
    '<a>x<![CDATA[x]]></a>',
    '<a><![CDATA[x]]>x</a>',
    '<a> <![CDATA[x]]></a>',
    '<a><![CDATA[x]]><b/></a>',
    '<a><![CDATA[x]]></a',
    '<a><![CDATA[x]></a>',
    '<a><![CDATA[\u0001]]></a>',
    '<a><![CDATA[<!ENTITY x "y">]]></a>',
    '<![CDATA[x]]><a/>',
    '<a><!x></a>',
    '<a><?pi?></a>',
    '<!DOCTYPE a><a/>',
    '<?xml version="1.1"?><a/>',
    '<?xml encoding="UTF-8"?><a/>',
    '<1/>',
    '<a/ >',
    '< a/>',
    '<a>'.repeat(33) + '</a>'.repeat(33),
    `<a>${'<b/>'.repeat(2000)}</a>`,
    `<a ${Array.from({ length: 65 }, (_, i) => `b${i}="1"`).join(' ')}/>`,
  ])('is not what the parser must decide: %s', (xml) => {
    expect(scanXml(xml)).toBeUndefined();
  });

  it('is what most clients send', () => {
    const xmls = [...sdkFixtures(), ...corpusEvents()].map(({ xml }) => xml.trim());
    for (const xml of xmls) expect(scanXml(xml)).toEqual(read(xml));
  });

  it('is never read otherwise than by the parser, whatever was done to it', () => {
    const pieces = [
      '<',
      '>',
      '/',
      '"',
      "'",
      '=',
      ' ',
      '\n',
      '</a>',
      '<a>',
      '<a/>',
      '&',
      '&amp;',
      '&#13;',
      '&#xD800;',
      '\r',
      '\r\n',
      '\ud83d',
      '😀',
      'xmlns:a="b"',
      ']]>',
      '<!--',
      '-->',
      '<!-- c -->',
      '<![CDATA[',
      ']]>',
      ':',
      'x:',
      '?',
      'é',
    ];
    const mutated = fc
      .tuple(anyEvent, fc.array(fc.tuple(fc.nat(), fc.nat(6), fc.constantFrom('', ...pieces)), { maxLength: 3 }))
      .map(([event, cuts]) => {
        let xml = buildEventXml(event);
        for (const [position, length, piece] of cuts) {
          const at = position % xml.length;
          xml = xml.slice(0, at) + piece + xml.slice(at + length);
        }
        return xml.trim();
      });
    let scanned = 0;
    fc.assert(
      fc.property(mutated, (xml) => {
        const root = scanXml(xml);
        if (root === undefined) return;
        scanned += 1;
        expect(root).toEqual(read(xml));
      }),
      { numRuns: 2000 },
    );
    expect(scanned).toBeGreaterThan(200);
  });
});
