import { describe, expect, it } from 'vitest';
import { PLAIN_DEFAULTS, isCallsignPattern, isContactType, isUidPattern } from './options.ts';

describe('patterns and types of the operator', () => {
  it('hold for the defaults', () => {
    expect(isUidPattern(PLAIN_DEFAULTS.uid)).toBe(true);
    expect(isCallsignPattern(PLAIN_DEFAULTS.callsign)).toBe(true);
    expect(isContactType(PLAIN_DEFAULTS.type)).toBe(true);
  });

  it.each([
    ['ID-{hex}', true],
    ['{HEX}', true],
    ['!{hex}', true],
    ['7ea452c5-a1ec-571c-a7ac-00{hex}', true],
    ['everybody', false],
    ['{hex}{hex}', false],
    ['{Hex}', false],
    ['A.{hex}', false],
    ['<{hex}>', false],
    [`${'x'.repeat(65)}{hex}`, false],
    ['', false],
  ])('know a uid pattern: %s is %s', (pattern, good) => {
    expect(isUidPattern(pattern)).toBe(good);
  });

  it.each([
    ['{long}|{short}|{uid}', true],
    ['SIM-{name}', true],
    ['🛰 {last4}', true],
    ['{nothing}', false],
    ['{long', false],
    ['a\nb', false],
    ['', false],
    ['x'.repeat(129), false],
  ])('know a callsign pattern: %j is %s', (pattern, good) => {
    expect(isCallsignPattern(pattern)).toBe(good);
  });

  it.each([
    ['a-f-G-U-C', true],
    ['a-n-S', true],
    ['b-m-p-s-m', false],
    ['a-f-G"', false],
    ['a-', false],
  ])('know the type of a contact: %s is %s', (type, good) => {
    expect(isContactType(type)).toBe(good);
  });
});
