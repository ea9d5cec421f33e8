import { describe, expect, it } from 'vitest';
import { allLinks, takOptions } from './options.ts';

describe('the options of the egress', () => {
  it('listen on loopback only and send nothing over UDP by default', () => {
    expect(takOptions.parse({})).toMatchObject({
      name: 'tak',
      listen: { enabled: true, host: '127.0.0.1', port: 8087, plaintextBeyondLoopback: false, protocol: 'xml' },
      listenTls: { enabled: true, port: 8089, protocol: 'auto' },
      links: [],
      udp: [],
      relay: [],
      queue: { seconds: 300, entries: 50 },
      syncIntervalSeconds: 300,
    });
    expect(takOptions.parse({}).listenTls.tls).toBeUndefined();
  });

  it('give a UDP receiver the port of TAK', () => {
    expect(takOptions.parse({ udp: [{ host: 'wintak' }] }).udp).toEqual([{ host: 'wintak', port: 4242 }]);
  });

  it.each([
    [
      { kind: 'udp', host: 'a' },
      { port: 4242, direction: 'out', relay: false },
    ],
    [
      { kind: 'udp', direction: 'in' },
      { host: '127.0.0.1', port: 4242 },
    ],
    [
      { kind: 'multicast' },
      { host: '239.2.3.1', port: 6969, chatHost: '224.10.10.1', chatPort: 17_012, direction: 'both', ttl: 1 },
    ],
    [
      { kind: 'tcp', host: 'a' },
      { port: 8088, direction: 'both', relay: true, silenceSeconds: 25 },
    ],
    [
      { kind: 'tls', host: 'a' },
      { port: 8089, protocol: 'auto' },
    ],
  ])('complete the link %j', (link, complete) => {
    expect(allLinks(takOptions.parse({ links: [{ name: 'x', ...link }] }))[0]).toMatchObject(complete);
  });

  it.each([
    [{ links: [{ name: 'a', kind: 'tcp' }] }, 'links.0.host a tcp link needs a host'],
    [{ listen: { host: '0.0.0.0' } }, 'listen.host 0.0.0.0 lets other machines connect without TLS'],
    [
      { links: [{ name: 'a', kind: 'udp', direction: 'in', localHost: '0.0.0.0' }] },
      'links.0.localHost 0.0.0.0 lets other machines send events without TLS',
    ],
    [{ links: [{ name: 'a', kind: 'tcp', host: 'b', tls: {} }] }, 'links.0.tls a tcp link has no certificates'],
    [
      { links: [{ name: 'a', kind: 'tls', host: 'b', tls: { key: 'c' } }] },
      'links.0.tls a key is of no use without its cert',
    ],
    [{ links: [{ name: 'listen', kind: 'tcp', host: 'b' }] }, 'links.0.name "listen" is the name of a listener'],
    [{ links: [1, 2].map(() => ({ name: 'a', kind: 'tcp', host: 'b' })) }, 'links.1.name "a" names two links'],
    [{ identity: { lat: 1 } }, 'identity lat and lon belong together'],
  ])('say of %j what is wrong', (options, fault) => {
    const [issue] = takOptions.safeParse(options).error?.issues ?? [];
    expect(`${issue?.path.join('.')} ${issue?.message}`).toContain(fault);
  });

  it.each(['127.0.0.1', '127.8.0.1', 'localhost', '::1'])('let everybody on this machine in: %s', (host) => {
    expect(takOptions.safeParse({ listen: { host } }).success).toBe(true);
  });

  it.each([
    { host: '0.0.0.0', plaintextBeyondLoopback: true },
    { host: '0.0.0.0', enabled: false },
  ])('let other machines in when told to: %j', (listen) => {
    expect(takOptions.safeParse({ listen }).success).toBe(true);
  });

  it.each([
    ['a name that is no topic level', { name: 'a/b' }],
    ['a port that is none', { listen: { port: 65_536 } }],
    ['a UDP port of 0', { udp: [{ host: 'a', port: 0 }] }],
    ['an address of three numbers', { udp: [{ host: '123.123.123' }] }],
    ['an address beyond 255', { links: [{ name: 'a', kind: 'tcp', host: '10.0.0.256' }] }],
    ['an unknown key', { listen: { prot: 1 } }],
  ])('refuse %s', (_, options) => {
    expect(takOptions.safeParse(options).success).toBe(false);
  });
});
