import { describe, expect, it } from 'vitest';
import { printable } from './printable.ts';

describe('printable text', () => {
  it.each([
    ['plain, with umlauts äöü and 日本', 'plain, with umlauts äöü and 日本'],
    ['a\u001b[2Jb', 'a\\u001b[2Jb'],
    ['line\r\nline', 'line\\u000d\\u000aline'],
    ['\u0000\u007f\u009b', '\\u0000\\u007f\\u009b'],
    ['left\u202eright', 'left\\u202eright'],
    ['a\u2028b', 'a\\u2028b'],
    ['\u{1f4a9} stays, \ud83d does not', '\u{1f4a9} stays, \\ud83d does not'],
  ])('of %j is %j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });
});
