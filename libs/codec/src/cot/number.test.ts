import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDecimal, buildMetres, buildScaled, parseDecimal, parseInteger, parseInteger32 } from './number.ts';

describe('a decimal', () => {
  it.each<[string, number | undefined]>([
    ['1', 1],
    [' -1.5\n', -1.5],
    ['+.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1E-2', 0.01],
    ['1e400', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['0x10', undefined],
    ['1,5', undefined],
    ['1 2', undefined],
    ['', undefined],
    [' ', undefined],
    ['.', undefined],
  ])('"%s" is read as %s', (text, value) => {
    expect(parseDecimal(text)).toBe(value);
  });

  it.each<[number, number, string]>([
    [1.5, 2, '1.5'],
    [-0.004, 2, '0'],
    [-0, 2, '0'],
    [100, 2, '100'],
    [1e-7, 7, '0.0000001'],
    [-107.2534, 7, '-107.2534'],
    [1e21, 2, '0'],
    [1e19, 2, '10000000000000000000'],
    [Number.NaN, 2, '0'],
  ])('%d with %i digits is written as %s', (value, digits, text) => {
    expect(buildDecimal(value, digits)).toBe(text);
  });

  it('in units is written exactly', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(7), (scaled, digits) => {
        expect(Number(buildScaled(scaled, digits))).toBe(scaled / 10 ** digits + 0);
        expect(buildScaled(scaled, digits)).not.toMatch(/e|\.$|\.\d*0$|^-0$/);
      }),
    );
  });

  it('of metres has a fraction, and the word for what is not known', () => {
    expect([12, 12.3456, 9999999, -1e12, Number.NaN].map((value) => buildMetres(value))).toEqual([
      '12.0',
      '12.346',
      '9999999.0',
      '9999999.0',
      '9999999.0',
    ]);
  });
});

describe('an integer', () => {
  it('is sign and digits within 32 bits', () => {
    const texts = [
      '5',
      '-5',
      '+5',
      '3.0',
      '88%',
      ' 5',
      '',
      '2147483647',
      '2147483648',
      '-2147483649',
      '4294967295',
      '4294967296',
    ];
    const none = undefined;
    expect(texts.map((text) => parseInteger(text))).toEqual([
      5,
      -5,
      5,
      none,
      none,
      none,
      none,
      2147483647,
      none,
      none,
      none,
      none,
    ]);
    expect(texts.slice(7).map((text) => parseInteger32(text))).toEqual([
      2147483647,
      2147483648,
      none,
      4294967295,
      none,
    ]);
  });
});
