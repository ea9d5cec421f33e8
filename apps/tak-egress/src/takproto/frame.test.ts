import { parseEventXml } from '@cotbus/codec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventStream, MAX_EVENT_BYTES } from '../event-stream.ts';
import type { StreamOutput } from '../event-stream.ts';
import { phoneXml } from '../testing/events.ts';
import { datagram, messageOf, streamFrame } from './frame.ts';
import { encodeTakMessage } from './tak-message.ts';

const NOW = Date.UTC(2026, 0, 1);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const xml = (uid: string): string => phoneXml(uid, NOW);
const frame = (uid: string): Uint8Array => streamFrame(encodeTakMessage(xml(uid)));

const read = (chunks: readonly Uint8Array[], takesFrames = true): string[] => {
  const outputs: StreamOutput[] = [];
  const stream = createEventStream((output) => outputs.push(output));
  if (takesFrames) stream.takeFrames();
  for (const chunk of chunks) stream.push(chunk);
  stream.end();
  return outputs.map((output) => {
    if (output.kind === 'refused') return output.reason;
    const parsed = parseEventXml(output.xml);
    return parsed.ok ? parsed.event.uid : parsed.reason;
  });
};

describe('frames on a stream', () => {
  it('are read as events, among XML', () => {
    const mixed = [bytes(xml('A')), frame('B'), bytes(`\n${xml('C')}`), frame('Zoë ☃'), frame('D')];
    expect(read(mixed)).toEqual(['A', 'B', 'C', 'Zoë ☃', 'D']);
  });

  it('are the same in any pieces', () => {
    const whole = Buffer.concat([frame('A'), bytes(xml('B')), frame('C'), frame('D'), bytes(xml('E☃'))]);
    expect(read([...whole].map((byte) => Uint8Array.of(byte)))).toEqual(['A', 'B', 'C', 'D', 'E☃']);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 6 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const pieces = at.slice(1).map((end, index) => whole.subarray(at[index], end));
        expect(read(pieces)).toEqual(['A', 'B', 'C', 'D', 'E☃']);
      }),
    );
  });

  it('are not begun by a byte order mark, nor inside an event', () => {
    expect(read([Uint8Array.of(0xef, 0xbb, 0xbf), bytes(xml('A')), frame('B')])).toEqual(['A', 'B']);
    expect(read([bytes(xml('¿ÿ¿')), frame('B')])).toEqual(['¿ÿ¿', 'B']);
  });

  it('are not read before they were agreed on', () => {
    expect(read([bytes(xml('A')), frame('B'), bytes(xml('C'))], false)).toEqual(['A', 'C']);
  });

  it('are read where they begin the stream: some clients never ask', () => {
    const whole = Buffer.concat([frame('A'), bytes(xml('B')), frame('C')]);
    expect(read([whole], false)).toEqual(['A', 'B', 'C']);
    expect(
      read(
        [...whole].map((byte) => Uint8Array.of(byte)),
        false,
      ),
    ).toEqual(['A', 'B', 'C']);
    for (const stray of [[0xbf], [0xbf, 0], [0xbf, 60], [0xbf, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80], [0xbf, 9, 9]]) {
      expect(read([Uint8Array.from(stray), bytes(xml('A'))], false)).toEqual(['A']);
    }
    expect(read([Uint8Array.of(0xbf, 9)], false)).toEqual([]);
  });

  it('of too many bytes are skipped, and the next one is read', () => {
    const large = streamFrame(new Uint8Array(MAX_EVENT_BYTES + 1).fill(0xbf));
    expect(read([large, frame('A')])).toEqual(['too_large', 'A']);
    expect(read([large.subarray(0, 1000), large.subarray(1000), frame('A')])).toEqual(['too_large', 'A']);
  });

  it.each([
    ['no length', Uint8Array.of(0xbf, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ['no message', Uint8Array.of(0xbf, 0)],
    ['another message', Uint8Array.of(0xbf, 3, 0xff, 0xff, 0xff)],
  ])('with %s are refused, and the next one is read', (_, broken) => {
    expect(read([broken, frame('A')])).toEqual(['garbled', 'A']);
  });

  it('that never end are refused', () => {
    expect(read([frame('A').subarray(0, 20)])).toEqual(['garbled']);
  });
});

describe('a datagram', () => {
  it('has magic, version, magic and message', () => {
    const bytesOf = datagram(Uint8Array.of(1, 2, 3));
    expect([...bytesOf]).toEqual([0xbf, 1, 0xbf, 1, 2, 3]);
    expect(messageOf(bytesOf)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('may be the frame of a stream, as some programs write it to one receiver', () => {
    const message = encodeTakMessage(xml('A'));
    expect(messageOf(streamFrame(message))).toEqual(message);
    expect(messageOf(Uint8Array.of(...streamFrame(message), 0))).toMatch(/broken/);
  });

  it.each([
    ['XML', bytes('<event/>'), undefined],
    ['a version to come', Uint8Array.of(0xbf, 2, 0xbf, 1), 'TAK protocol 2 is not understood'],
    ['a large version', Uint8Array.of(0xbf, 0x80, 1, 0xbf, 1), 'TAK protocol 128 is not understood'],
    ['a broken header', Uint8Array.of(0xbf, 1, 1), 'a datagram with a broken TAK protocol header'],
    ['half a header', Uint8Array.of(0xbf), 'a datagram with a broken TAK protocol header'],
  ])('may be %s', (_, given, expected) => {
    expect(messageOf(given)).toEqual(expected);
  });
});
