import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameAt } from './known-names.ts';
import { unitsOf } from './xml-units.ts';

const nameIn = (text: string, start: number, end: number): string =>
  nameAt(text, unitsOf(text) ?? new Uint8Array(), start, end);

const anyName = fc.stringMatching(/^[A-Za-z_][-.0-9A-Za-z_]{0,40}$/);

describe('the name at a place', () => {
  it('is what stands there, however many came before', () => {
    fc.assert(
      fc.property(fc.array(anyName, { maxLength: 60 }), (names) => {
        for (const name of [...names, ...names.toReversed()]) {
          expect(nameIn(`<${name} >`, 1, 1 + name.length)).toBe(name);
        }
      }),
    );
  });

  it.each(['constructor', '__proto__', 'toString', 'a', '_', 'x'.repeat(24), 'x'.repeat(25)])('may be %s', (name) => {
    expect(nameIn(`<${name}/>`, 1, 1 + name.length)).toBe(name);
    expect(nameIn(`<é ${name}="1"/>`, 3, 3 + name.length)).toBe(name);
  });

  it('tells ten thousand apart', () => {
    const names = Array.from({ length: 10_000 }, (_, at) => `n${at.toString(36)}`);
    for (const turn of [names, names]) expect(turn.every((name) => nameIn(name, 0, name.length) === name)).toBe(true);
  });
});
