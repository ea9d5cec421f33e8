import { describe, expect, it } from 'vitest';
import { parseAddress, radioOptions } from './options.ts';

describe('the address of a radio', () => {
  it.each([
    ['192.168.1.50', '192.168.1.50', 4403],
    ['radio.local:4404', 'radio.local', 4404],
    ['[fe80::1]', 'fe80::1', 4403],
    ['[::1]:5000', '::1', 5000],
  ])('%s', (text, host, port) => {
    expect(radioOptions.safeParse({ tcp: text }).success).toBe(true);
    expect(parseAddress(text)).toEqual({ host, port });
  });

  it.each(['', 'a b', 'host:', 'host:123456', '::1', 'host:1:2'])('refuses %j', (text) => {
    expect(radioOptions.safeParse({ tcp: text }).success).toBe(false);
  });
});
