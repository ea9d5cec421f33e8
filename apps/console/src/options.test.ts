import { describe, expect, it } from 'vitest';
import { consoleOptions } from './options.ts';

describe('consoleOptions', () => {
  it('listens on this machine only unless told otherwise', () => {
    expect(consoleOptions.parse({})).toEqual({
      enabled: true,
      name: 'console',
      host: '127.0.0.1',
      port: 8080,
      hostNames: [],
    });
  });

  it.each([{ port: 70_000 }, { port: 1.5 }, { host: '' }, { name: 'a/b' }, { hostNames: 'gateway.lan' }, { prot: 1 }])(
    'refuses %o',
    (given) => {
      expect(consoleOptions.safeParse(given).success).toBe(false);
    },
  );

  it('describes every option', () => {
    for (const option of Object.values(consoleOptions.shape)) expect(option.description).toMatch(/\w/);
  });
});
