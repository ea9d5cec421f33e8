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

describe('a broker in the place of a radio', () => {
  const uplink = { url: 'mqtt://broker.local', root: 'msh/EU_868', channels: [{ name: 'TAK', key: 'simple1' }] };
  const faultsOf = (change: object) =>
    radioOptions.safeParse({ uplink: { ...uplink, ...change } }).error?.issues.map(({ message }) => message) ?? [];

  it('is one of three ways to a radio', () => {
    expect(radioOptions.safeParse({ uplink }).success).toBe(true);
    expect(radioOptions.safeParse({ uplink, tcp: 'a' }).success).toBe(false);
  });

  it.each([
    { url: 'mqtts://[::1]:8883' },
    { root: 'msh/+' },
    { root: 'a/b/c' },
    { channels: [{ name: 'LongModerate', key: 'AQ==' }] },
  ])('takes %j', (change) => {
    expect(faultsOf(change)).toEqual([]);
  });

  it.each([
    { url: 'broker.local' },
    { url: 'http://broker.local' },
    { url: 'mqtt://me:secret@broker.local' },
    { url: 'mqtt://broker.local/path' },
    { root: '' },
    { root: 'msh/#' },
    { root: '/msh' },
    { channels: [] },
    { channels: [{ name: '', key: 'none' }] },
    { channels: [{ name: 'a/+', key: 'none' }] },
    { channels: [{ name: 'TAK', key: 'my secret' }] },
    { hopLimit: 8 },
  ])('refuses %j, and repeats no secret', (change) => {
    expect(faultsOf(change)).toHaveLength(1);
    expect(faultsOf(change).join()).not.toContain('secret');
  });
});
