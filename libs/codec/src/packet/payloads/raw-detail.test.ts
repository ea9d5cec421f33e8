import { describe, expect, it } from 'vitest';
import { detailOf, packetOf, payloadOf } from '../../testing/packets.ts';

const raw = (detail: string): string => new TextDecoder().decode(payloadOf(packetOf('x-y-z', detail), 'rawDetail'));

describe('a detail that travels as it is', () => {
  it('arrives as it was', () => {
    const detail = '<x y="&lt;1&gt;"><z>ä &amp; ö</z></x><w/>';
    expect(raw(detail)).toBe(detail);
    expect(detailOf(packetOf('x-y-z', detail))).toBe(detail);
  });

  it.each([
    ['an event', '<event uid="u"/>'],
    ['a detail', '<detail/>'],
    ['an event inside something', '<y><event uid="u"/></y>'],
    ['who passed it on', '<_flow-tags_ a="b"/>'],
    ['remarks without a word', '<remarks/>'],
  ])('leaves %s behind, which receivers refuse or have no use for', (_, element) => {
    expect(raw(`<x/>${element}`)).toBe('<x/>');
  });
});
