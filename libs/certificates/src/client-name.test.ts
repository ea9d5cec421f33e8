import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileNameOf, hostFault } from './client-name.ts';

describe('fileNameOf', () => {
  it.each([
    ['Anna', 'Anna'],
    ['base.example.org', 'base.example.org'],
    ['192.168.1.20', '192.168.1.20'],
    ['Jörg', /^Jorg-[0-9a-f]{8}$/],
    ['../x', /^x-[0-9a-f]{8}$/],
    ['..', /^[0-9a-f]{8}$/],
    ['.hidden', /^hidden-[0-9a-f]{8}$/],
    ['con', /^con-[0-9a-f]{8}$/],
    ['NUL.txt', /^NUL-txt-[0-9a-f]{8}$/],
    ['', /^[0-9a-f]{8}$/],
  ])('%j', (text, expected) => {
    const name = fileNameOf(text);
    expect(typeof expected === 'string' ? name === expected : expected.test(name)).toBe(true);
  });

  it('is a name that every file system takes, and another one for every text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.string({ unit: 'binary', maxLength: 80 }),
        (a, b) => {
          for (const text of [a, b])
            expect(fileNameOf(text)).toMatch(/^[A-Za-z0-9_]([A-Za-z0-9._-]{0,47}[A-Za-z0-9_])?$/);
          expect(fileNameOf(a) === fileNameOf(b)).toBe(a === b);
        },
      ),
    );
  });
});

describe('hostFault', () => {
  it.each(['localhost', 'tak.example.org', '10.0.0.1', 'a-b', 'x'.repeat(63)])('%s can be dialled', (host) => {
    expect(hostFault(host)).toBeUndefined();
  });
  it.each(['', '::1', '1.2.3', '-a', 'a..b', 'x'.repeat(64), 'a:8089', 'a/b', 'ä.example'])('%j cannot', (host) => {
    expect(hostFault(host)).toMatchObject({ reason: 'bad_name' });
  });
});
