import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MAX_DEPTH } from './event-scan.ts';
import { createEventStream, MAX_EVENT_BYTES } from './event-stream.ts';
import type { StreamOutput } from './event-stream.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const open = () => {
  let outputs: StreamOutput[] = [];
  const stream = createEventStream((output) => outputs.push(output));
  const taken = (): StreamOutput[] => {
    const all = outputs;
    outputs = [];
    return all;
  };
  return { stream, taken };
};

const readIn = (chunks: readonly Uint8Array[]): StreamOutput[] => {
  const { stream, taken } = open();
  for (const chunk of chunks) stream.push(chunk);
  stream.end();
  return taken();
};
const read = (text: string): StreamOutput[] => readIn([bytes(text)]);
const event = (xml: string): StreamOutput => ({ kind: 'event', xml });

const split = (whole: Uint8Array, cuts: readonly number[]): Uint8Array[] => {
  const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)), whole.length].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => whole.subarray(at[index], end));
};

const oneEvent: readonly (readonly [string, string])[] = [
  ['a plain event', '<event uid="1"><point/></event>'],
  ['an event of one tag', '<event uid="1"/>'],
  ['an event of one tag without attributes', '<event/>'],
  ['an end tag with a space', '<event></event >'],
  ['an end tag on two lines', '<event></event\r\n>'],
  ['attributes on lines of their own', '<event\n  uid="1"\n\t></event>'],
  ['single quotes', "<event uid='1' how='m-g'></event>"],
  ['a greater-than sign in a value', '<event uid="a>b" how=\'/>\'></event>'],
  ['the other quote in a value', `<event uid="it's" how='"'></event>`],
  ['an end tag in a comment', '<event><!-- </event> --></event>'],
  ['dashes in a comment', '<event><!----><!-- a - > -- ></event>--></event>'],
  ['an end tag in CDATA', '<event><remarks><![CDATA[</event>]]]></remarks></event>'],
  ['an event in CDATA', '<event><remarks><![CDATA[<event uid="2">]]></remarks></event>'],
  ['an end tag in an instruction', '<event><?note </event> ?></event>'],
  ['elements whose name begins with event', '<event><detail><events><event-x/></events></detail></event>'],
  ['an end tag too many', '<event></a><b/></event>'],
  ['self-closing elements', '<event><detail><a/><b x="1"/><c /></detail></event>'],
  ['text outside ASCII', '<event uid="Zoë ☃ 🚁"/>'],
];

const garbage: readonly (readonly [string, string])[] = [
  ['a declaration', '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'],
  ['line ends', '\r\n\n'],
  ['NUL', '\0\0'],
  ['a byte order mark', '\uFEFF'],
  ['a login', '<auth><cot username="a" password="b" uid="c"/></auth>'],
  ['another element', '<events><event-x></events>'],
  ['the beginning of an event tag', '<eve'],
  ['an end tag', '</event>'],
  ['brackets', '<<<>>'],
  ['a comment that never ends', '<!-- '],
  ['a quote that never ends', '"'],
];

describe('the event stream', () => {
  it.each(oneEvent)('gives %s as it came', (_, xml) => {
    expect(read(xml)).toEqual([event(xml)]);
  });

  it.each(oneEvent)('gives %s between two others, and byte by byte', (_, xml) => {
    const whole = bytes(`<event uid="before"/>${xml}<event uid="after"></event>`);
    const expected = [event('<event uid="before"/>'), event(xml), event('<event uid="after"></event>')];
    expect(readIn([whole])).toEqual(expected);
    expect(readIn([...whole].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  it.each(garbage)('loses nothing to %s between events', (_, between) => {
    const xml = '<event uid="1"><detail/></event>';
    expect(read(between + xml + between + xml + between)).toEqual([event(xml), event(xml)]);
  });

  it('gives the same events however the stream is split', () => {
    const xmls = fc.array(fc.constantFrom(...oneEvent.map(([, xml]) => xml)), { maxLength: 5 });
    const between = fc.constantFrom('', ...garbage.map(([, text]) => text));
    fc.assert(
      fc.property(xmls, between, fc.array(fc.nat(), { maxLength: 20 }), (events, filler, cuts) => {
        const whole = bytes(events.map((xml) => filler + xml).join(''));
        expect(readIn(split(whole, cuts))).toEqual(events.map(event));
      }),
    );
  });

  it('loses nothing to any bytes that hold no tag', () => {
    const noise = fc.uint8Array({ maxLength: 40 }).map((noisy) => noisy.map((byte) => (byte === 0x3c ? 0x20 : byte)));
    fc.assert(
      fc.property(noise, (filler) => {
        const xml = bytes('<event uid="é"/>');
        expect(readIn([filler, xml, filler, xml])).toEqual([event('<event uid="é"/>'), event('<event uid="é"/>')]);
      }),
    );
  });

  it('gives the same for cut, spliced and broken streams however they are split, and never throws', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '<event ',
        '<event>',
        '</event>',
        '<',
        '>',
        '/',
        '"',
        "'",
        '<!--',
        '-->',
        '<![CDATA[',
        ']]>',
        'é',
        '<a>',
        '<?',
        '?>',
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(), { maxLength: 20 }), (parts, cuts) => {
        const whole = bytes(parts.join(''));
        expect(readIn(split(whole, cuts))).toEqual(readIn([whole]));
      }),
    );
  });
});

describe('the event stream refuses', () => {
  const next = '<event uid="next"></event>';
  const refused = (reason: string) => ({ kind: 'refused', reason, detail: expect.any(String) as string });

  it.each([
    ['an event that was cut off in its text', '<event uid="1"><detail>', 'garbled'],
    ['an event that was cut off in a value', '<event uid="1', 'garbled'],
    ['an event that was cut off in a tag', '<event uid="1"><det', 'garbled'],
    ['an event that was cut off in an end tag', '<event uid="1"><detail></det', 'garbled'],
    ['an event that was cut off after a bracket', '<event uid="1"><', 'garbled'],
    ['a less-than sign in a value', '<event uid="a<b"></event>', 'garbled'],
    ['a document type in an event', '<event><!DOCTYPE x></event>', 'garbled'],
    ['a document type before an event', '<!DOCTYPE event SYSTEM "x">', 'garbled'],
    ['another declaration in an event', '<event><!ELEMENT x></event>', 'garbled'],
    ['elements nested too deep', `<event>${'<a>'.repeat(MAX_DEPTH)}</event>`, 'too_large'],
  ])('%s and goes on with the next event', (_, broken, reason) => {
    expect(read(broken + next)).toEqual([refused(reason), event(next)]);
  });

  it('bytes that are not UTF-8, for their event only', () => {
    const broken = Uint8Array.of(...bytes('<event uid="'), 0xc3, 0x28, ...bytes('"/>'));
    expect(readIn([broken, bytes(next)])).toEqual([refused('garbled'), event(next)]);
  });

  it('an event larger than the limit once, and takes one of exactly the limit', () => {
    const [head, tail] = ['<event uid="', '"/>'];
    const fits = head + 'x'.repeat(MAX_EVENT_BYTES - head.length - tail.length) + tail;
    const taken = read(fits + next);
    // Compared by length: a difference of a megabyte is not to be printed.
    expect(taken.map((output) => (output.kind === 'event' ? output.xml.length : output.reason))).toEqual([
      fits.length,
      next.length,
    ]);
    const larger = read(`${head}x${fits.slice(head.length)}${next}`);
    expect(larger.map((output) => (output.kind === 'event' ? output.xml.length : output.reason))).toEqual([
      'too_large',
      next.length,
    ]);
  });

  it('an event without end when it grows past the limit, in constant memory', () => {
    const { stream, taken } = open();
    const piece = bytes('x'.repeat(64 * 1024));
    stream.push(bytes('<event><!-- '));
    for (let sent = 0; sent < 4 * MAX_EVENT_BYTES; sent += piece.length) stream.push(piece);
    stream.push(bytes(next));
    expect(taken()).toEqual([refused('too_large'), event(next)]);
  });

  it('an event that had not ended when the connection did', () => {
    expect(read(`${next}<event>`)).toEqual([event(next), refused('garbled')]);
  });
});

describe('the effort of the event stream', () => {
  it('grows with the bytes, not with their square, even when they come one by one', () => {
    const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
    const set = vi.spyOn(typedArray, 'set');
    onTestFinished(() => set.mockRestore());
    const whole = bytes(`<event>${'x'.repeat(30_000)}</event>`);
    const { stream, taken } = open();
    for (const byte of whole) stream.push(Uint8Array.of(byte));
    const outputs = taken();
    expect(outputs).toHaveLength(1);
    const copied = set.mock.calls.reduce((sum, [source]) => sum + source.length, 0);
    // Each byte once, and by doubling at most twice more.
    expect(copied).toBeGreaterThanOrEqual(whole.length);
    expect(copied).toBeLessThan(3 * whole.length);
  });
});
