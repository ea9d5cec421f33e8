import { reasonNames } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyEvent, sampleEvent } from '../testing/samples.ts';
import { buildEvent, parsePacket } from '../packet/packet.ts';
import { buildEventXml } from './build-event.ts';
import { contentHash } from './content-hash.ts';
import { flowTags } from './flow-tags.ts';
import { parseEventXml } from './parse-event.ts';

const pieces = [
  '<',
  '>',
  '"',
  "'",
  '&',
  '&#0;',
  '&#xD800;',
  '</event>',
  '<detail>',
  '<!--',
  ']]>',
  '<![CDATA[',
  '\u0000',
  ':',
  '=',
  'NaN',
  '<?',
];

/** An event with a few cuts, doublings and foreign pieces. */
const mutated = fc
  .tuple(
    anyEvent,
    fc.array(fc.tuple(fc.nat(), fc.nat(20), fc.constantFrom('', ...pieces)), { minLength: 1, maxLength: 4 }),
  )
  .map(([event, cuts]) => {
    let xml = buildEventXml(event);
    for (const [position, length, piece] of cuts) {
      const at = position % xml.length;
      xml = xml.slice(0, at) + piece + xml.slice(at + length);
    }
    return xml;
  });

describe('any text', () => {
  it.each<[string, fc.Arbitrary<string>]>([
    ['that is random', fc.string({ unit: 'binary', maxLength: 300 })],
    ['that was an event', mutated],
  ])('%s is an event or a listed reason', (_, text) => {
    fc.assert(
      fc.property(text, (xml) => {
        const result = parseEventXml(xml);
        expect(result.ok || reasonNames.includes(result.reason)).toBe(true);
        const event = result.ok ? result.event : sampleEvent();
        const again = parseEventXml(buildEventXml(event));
        const detail = event.detail === '' ? '<remarks/>' : event.detail;
        expect(again).toEqual({ ok: true, event: { ...event, how: event.how || 'm-g', detail } });
        expect(flowTags(event)).toBeInstanceOf(Array);
        expect(contentHash(event)).toHaveLength(16);
        const packet = parsePacket(event);
        const built = packet.ok ? buildEvent(packet.packet) : packet;
        expect(built.ok || reasonNames.includes(built.reason)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('nested or repeated without end is refused in no time', () => {
    const events = ['<a>'.repeat(300_000), `<event>${'<a b="c"/>'.repeat(90_000)}</event>`, '<'.repeat(900_000)];
    expect(events.map((xml) => parseEventXml(xml).ok)).toEqual([false, false, false]);
  });
});
