import { optionDocs } from '@cotbus/service';
import { describe, expect, it } from 'vitest';
import { consoleOptions } from './options.ts';
import { tileOrigin } from './tiles.ts';

describe('consoleOptions', () => {
  it('listens on this machine only unless told otherwise', () => {
    expect(consoleOptions.parse({})).toEqual({
      enabled: true,
      name: 'console',
      host: '127.0.0.1',
      port: 8080,
      hostNames: [],
      tokens: {},
      thisMachine: 'login',
      tiles: { attribution: '' },
    });
  });

  it.each([
    { port: 70_000 },
    { port: 1.5 },
    { host: '' },
    { name: 'a/b' },
    { hostNames: 'gateway.lan' },
    { prot: 1 },
    { tokens: { view: 'short' } },
    { tokens: { operate: 'with blanks in between' } },
    { thisMachine: 'everything' },
  ])('refuses %o', (given) => {
    expect(consoleOptions.safeParse(given).success).toBe(false);
  });

  it.each([
    ['http://tiles.lan/{z}/{x}/{y}.png', 'http://tiles.lan'],
    ['https://tiles.lan:8443/{z}/{y}/{x}?key=a&b=c', 'https://tiles.lan:8443'],
    ['/tiles/{z}/{x}/{y}.png', undefined],
  ])('takes tiles from %s', (url, origin) => {
    expect(consoleOptions.safeParse({ tiles: { url } }).success).toBe(true);
    expect(tileOrigin(url)).toBe(origin);
  });

  it.each([
    'http://tiles.lan/',
    'http://{s}.tiles.lan/{z}/{x}/{y}.png',
    'http://tiles.lan/{z}/{z}/{x}/{y}.png',
    '//tiles.lan/{z}/{x}/{y}.png',
    'javascript:alert(1)/{z}/{x}/{y}',
    "http://tiles.lan/{z}/{x}/{y}.png; script-src 'unsafe-inline'",
    'http://tiles.lan/{z}/{x}/{y}.png\r\nset-cookie: a=b',
    'tiles/{z}/{x}/{y}.png',
  ])('takes no tiles from %s', (url) => {
    expect(consoleOptions.safeParse({ tiles: { url } }).success).toBe(false);
  });

  it('describes every option', () => {
    const undescribed = optionDocs(consoleOptions, 'COTBUS').filter(({ description }) => description === '');
    expect(undescribed).toEqual([]);
  });
});
