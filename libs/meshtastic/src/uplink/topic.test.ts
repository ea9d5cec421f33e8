import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEnvelopeTopic, gatewayNode, parseMeshTopic, uplinkFilters } from './topic.ts';

const gateway = '!1234abcd';

describe('a topic of Meshtastic', () => {
  it.each([
    ['msh/2/e/LongFast/!1234abcd', { kind: 'e', root: 'msh', channel: 'LongFast', gateway }],
    ['msh/EU_868/2/e/LongFast/!1234abcd', { kind: 'e', root: 'msh/EU_868', channel: 'LongFast', gateway }],
    ['a/b/2/c d/2/e/TAK/x', { kind: 'e', root: 'a/b/2/c d', channel: 'TAK', gateway: 'x' }],
    ['/2/e/TAK/!1234abcd', { kind: 'e', root: '', channel: 'TAK', gateway }],
    ['msh/2/c/TAK/!1234abcd', { kind: 'c', root: 'msh', channel: 'TAK', gateway }],
    ['msh/2/json/TAK/!1234abcd', { kind: 'json', root: 'msh', channel: 'TAK', gateway }],
    ['msh/2/e/PKI/!1234abcd', { kind: 'e', root: 'msh', channel: 'PKI', gateway }],
    ['msh/2/e/Göteborg öst 🔔/!1234abcd', { kind: 'e', root: 'msh', channel: 'Göteborg öst 🔔', gateway }],
    ['msh/2/e/a/b/!1234abcd', { kind: 'e', root: 'msh', channel: 'a/b', gateway }],
    ['msh/2/e/2/!1234abcd', { kind: 'e', root: 'msh', channel: '2', gateway }],
    ['msh/2/e/e/!1234abcd', { kind: 'e', root: 'msh', channel: 'e', gateway }],
    ['msh/2/e/map/!1234abcd', { kind: 'e', root: 'msh', channel: 'map', gateway }],
    ['msh/2/e/TAK/', { kind: 'e', root: 'msh', channel: 'TAK', gateway: '' }],
    ['msh/EU_868/2/map/', { kind: 'map', root: 'msh/EU_868' }],
    ['msh/2/map', { kind: 'map', root: 'msh' }],
    ['msh/2/map/!1234abcd', { kind: 'map', root: 'msh' }],
    ['msh/2/stat/!1234abcd', { kind: 'stat', root: 'msh', gateway }],
  ])('%s is read', (topic, parts) => {
    expect(parseMeshTopic(topic)).toEqual(parts);
  });

  it.each([
    '',
    '/',
    'msh',
    '2/e/TAK/!1234abcd',
    'msh/2/e/!1234abcd',
    'msh/2/e//!1234abcd',
    'msh/3/e/TAK/!1234abcd',
    'msh/2/x/TAK/!1234abcd',
    'msh/2/E/TAK/!1234abcd',
    '2/map/',
    'cotbus/v1/mesh/radio-1/status',
    `msh/2/e/${'x'.repeat(600)}/!1234abcd`,
  ])('%s is none', (topic) => {
    expect(parseMeshTopic(topic)).toBeUndefined();
  });

  it('is read as it was built', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
    const level = text.filter((part) => !/[+#\0/]/.test(part));
    const root = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
    fc.assert(
      fc.property(root, level, level, (rootText, channel, gatewayText) => {
        const parts = { root: rootText, channel, gateway: gatewayText };
        expect(parseMeshTopic(buildEnvelopeTopic(parts) ?? '')).toEqual({ kind: 'e', ...parts });
      }),
    );
  });

  it.each([
    ['an empty channel', { channel: '' }],
    ['a wildcard in the channel', { channel: 'a+b' }],
    ['a wildcard in the root', { root: 'msh/+' }],
    ['a NUL', { channel: 'a\0' }],
    ['a hash sign', { gateway: '#' }],
    ['endless names', { root: 'x'.repeat(512) }],
  ])('is not built of %s', (_, part) => {
    expect(buildEnvelopeTopic({ root: 'msh', channel: 'TAK', gateway, ...part })).toBeUndefined();
  });

  it('never throws, whatever the text', () => {
    const levels = fc.array(fc.constantFrom('2', 'e', 'map', 'stat', 'json', '', 'x'), { maxLength: 9 });
    fc.assert(
      fc.property(levels, (parts) => {
        const topic = parseMeshTopic(parts.join('/'));
        expect(topic === undefined || parts.includes('2')).toBe(true);
      }),
    );
  });
});

it('the filters cover envelopes and map reports below a root', () => {
  expect(uplinkFilters('msh/+')).toEqual(['msh/+/2/e/#', 'msh/+/2/c/#', 'msh/+/2/map/#']);
});

it.each([
  ['!1234abcd', 0x1234_abcd],
  ['!1234ABCD', 0x1234_abcd],
  ['!00000000', 0],
  ['1234abcd', undefined],
  ['!1234abc', undefined],
  ['!1234abcde', undefined],
  ['', undefined],
])('the gateway %s has the number %s', (text, num) => {
  expect(gatewayNode(text)).toBe(num);
});
