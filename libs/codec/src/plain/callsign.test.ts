import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleNode } from '../testing/samples.ts';
import { nodeCallsign, nodeOfUid, nodeUid } from './callsign.ts';
import { PLAIN_DEFAULTS, isUidPattern } from './options.ts';

const NUM = 0x15465d8d;

describe('the uid of a node', () => {
  it.each([
    ['MESHTASTIC-{HEX}', 'MESHTASTIC-15465D8D'],
    ['ID-{hex}', 'ID-15465d8d'],
    ['{hex}', '15465d8d'],
    ['!{hex}', '!15465d8d'],
    ['{HEX}-node', '15465D8D-node'],
  ])('follows %s', (uid, expected) => {
    expect(nodeUid(NUM, { uid })).toBe(expected);
    expect(nodeOfUid(expected, { uid })).toBe(NUM);
  });

  it('has eight digits for any number', () => {
    expect(nodeUid(0xbeef)).toBe('MESHTASTIC-0000BEEF');
    expect(nodeUid(-1)).toBe('MESHTASTIC-FFFFFFFF');
  });

  it.each<[string, number | undefined]>([
    ['MESHTASTIC-15465D8D', NUM],
    ['MESHTASTIC-15465d8d', NUM],
    ['!15465d8d', NUM],
    ['MESHTASTIC-15465D8', undefined],
    ['MESHTASTIC-15465D8D0', undefined],
    ['MESHTASTIC-FFFFFFFF', undefined],
    ['MESHTASTIC-00000000', undefined],
    ['MESHTASTIC-1546 D8D', undefined],
    ['ANDROID-15465d8d', undefined],
    ['15465d8d', undefined],
    ['!', undefined],
    ['', undefined],
  ])('says which node it is: %s', (uid, num) => {
    expect(nodeOfUid(uid)).toBe(num);
  });

  it('goes both ways for every node and pattern', () => {
    const affix = fc.stringMatching(/^[A-Za-z0-9_!-]{0,12}$/);
    const pattern = fc.tuple(affix, fc.constantFrom('{hex}', '{HEX}'), affix).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xfffffffe }), pattern, (num, uid) => {
        expect(isUidPattern(uid)).toBe(true);
        expect(nodeOfUid(nodeUid(num, { uid }), { uid })).toBe(num);
      }),
    );
  });
});

describe('the callsign of a node', () => {
  const node = (longName: string, shortName: string) => sampleNode({ longName, shortName });
  const name = (callsign: string, longName = 'Base Camp', shortName = 'BASE') =>
    nodeCallsign(node(longName, shortName), { ...PLAIN_DEFAULTS, callsign });

  it.each<[string, string]>([
    ['{long}', 'Base Camp'],
    ['{short}', 'BASE'],
    ['{long} ({id})', 'Base Camp (!15465d8d)'],
    ['{short}-{last4}', 'BASE-5d8d'],
    ['SIM-{hex}', 'SIM-15465d8d'],
    ['{HEX}', '15465D8D'],
    ['{uid}', 'MESHTASTIC-15465D8D'],
    ['no placeholder', 'no placeholder'],
    [' | ', '!15465d8d'],
  ])('follows %s', (pattern, callsign) => {
    expect(name(pattern)).toBe(callsign);
  });

  it.each<[string, string, string]>([
    ['', 'BASE', 'BASE'],
    ['Base', '', 'Base'],
    ['BASE', 'BASE', 'BASE'],
    ['', '', '!15465d8d'],
    ['\u0000\u202E', ' ', '!15465d8d'],
  ])('takes the first alternative that has all its names: %j, %j', (longName, shortName, callsign) => {
    expect(nodeCallsign(node(longName, shortName))).toBe(callsign);
  });

  it('leaves the team suffix away where the pattern says so', () => {
    expect(name('{name}', 'Bob -5')).toBe('Bob');
    expect(name('{name}', 'Bob -99')).toBe('Bob -99');
    expect(name('{long}', 'Bob -5')).toBe('Bob -5');
  });

  it('never reads a placeholder out of a name', () => {
    expect(name('{long} {short}', '{uid}', '$&')).toBe('{uid} $&');
  });

  it('is what the operator says of the node, made printable', () => {
    const override = (callsign: string) =>
      nodeCallsign(node('Base', 'B'), { ...PLAIN_DEFAULTS, nodes: new Map([[NUM, { callsign }]]) });
    expect(override('DOG\n1')).toBe('DOG 1');
    expect(override(' ')).toBe('B - Base');
    expect(override('🦊'.repeat(65))).toBe('🦊'.repeat(64));
  });
});
