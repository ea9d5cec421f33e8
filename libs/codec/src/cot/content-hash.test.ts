import { describe, expect, it } from 'vitest';
import { NOON_MS, sampleEvent } from '../testing/samples.ts';
import { contentHash } from './content-hash.ts';
import { addFlowTag } from './flow-tags.ts';

const detail = '<a x="1" y="2">t</a><remarks source="S" time="2026-03-15T14:22:10Z">hello</remarks>';
const hash = contentHash(sampleEvent({ detail }));

describe('contentHash', () => {
  it('is 16 hex digits that never change between versions', () => {
    expect(contentHash(sampleEvent())).toMatch(/^[0-9a-f]{16}$/);
    expect(contentHash(sampleEvent())).toBe('11e9fbe021ca2c1a');
  });

  it.each<[string, Parameters<typeof sampleEvent>[0]]>([
    ['times', { detail, timeMs: 1, startMs: 2, staleMs: 3, olderMs: 4, staleAfterMs: 5 }],
    ['the time of a remark', { detail: detail.replace(/ time="[^"]*"/, '') }],
    ['the order of attributes', { detail: detail.replace('x="1" y="2"', 'y="2" x="1"') }],
    ['blanks around text', { detail: detail.replace('hello', ' hello&#10;') }],
    ['digits beyond what servers keep', { detail, lat: 33.10000004, hae: 9999999.04 }],
    ['access and qos', { detail, access: 'x', qos: 'y' }],
  ])('does not count %s', (_, fields) => {
    expect(contentHash(sampleEvent(fields))).toBe(hash);
  });

  it('does not count flow tags', () => {
    expect(contentHash(addFlowTag(sampleEvent({ detail }), 'x', NOON_MS))).toBe(hash);
  });

  it.each<[string, Parameters<typeof sampleEvent>[0]]>([
    ['uid', { detail, uid: 'U2' }],
    ['type', { detail, type: 'a-f-G' }],
    ['how', { detail, how: 'h-e' }],
    ['position', { detail, lat: 33.100001 }],
    ['height', { detail, hae: 1 }],
    ['an attribute', { detail: detail.replace('"1"', '"3"') }],
    ['text', { detail: detail.replace('hello', 'hullo') }],
    ['a child', { detail: `${detail}<b/>` }],
    ['order of elements', { detail: detail.replace(/^(.*<\/a>)(.*)$/, '$2$1') }],
  ])('counts %s', (_, fields) => {
    expect(contentHash(sampleEvent(fields))).not.toBe(hash);
  });
});
