import { describe, expect, it } from 'vitest';
import { takOptions } from './options.ts';

describe('the options of the egress', () => {
  it('listen on loopback only and send nothing over UDP by default', () => {
    expect(takOptions.parse({})).toEqual({
      name: 'tak',
      listen: { enabled: true, host: '127.0.0.1', port: 8087 },
      udp: [],
      relay: [],
    });
  });

  it('give a UDP receiver the port of TAK', () => {
    expect(takOptions.parse({ udp: [{ host: 'wintak' }] }).udp).toEqual([{ host: 'wintak', port: 4242 }]);
  });

  it.each([
    ['a name that is no topic level', { name: 'a/b' }],
    ['a port that is none', { listen: { port: 65_536 } }],
    ['a UDP port of 0', { udp: [{ host: 'a', port: 0 }] }],
    ['an unknown key', { listen: { prot: 1 } }],
  ])('refuse %s', (_, options) => {
    expect(takOptions.safeParse(options).success).toBe(false);
  });
});
