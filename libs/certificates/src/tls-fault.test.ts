import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { connect, createServer as createTlsServer } from 'node:tls';
import type { ConnectionOptions, TlsOptions } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeAuthority, makeClientCertificate, makeServerCertificate } from './make-certificate.ts';
import { createTestPorts } from './testing/test-ports.ts';
import { tlsFault } from './tls-fault.ts';

// Keys are made and derived: seconds on a small machine.
vi.setConfig({ testTimeout: 20_000 });

const DAY_MS = 86_400_000;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const listen = async (server: Server): Promise<number> => {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};
const serve = (options: TlsOptions): Promise<number> => {
  const server = createTlsServer(options, (socket) => socket.on('error', () => undefined).end('x'));
  server.on('tlsClientError', () => undefined);
  return listen(server);
};
/** What goes wrong on the way to the first byte. */
const faultAt = (port: number, options: ConnectionOptions) =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ...options });
    const end = (result: unknown): void => {
      socket.destroy();
      resolve(result);
    };
    socket.on('data', () => end(undefined));
    socket.on('error', (error) => end(tlsFault(error, 'base:8089')));
  });

const make = async (nowMs = Date.now()) => {
  const ports = createTestPorts(nowMs);
  const root = await makeAuthority('Root', ports);
  const { key, certificate } = await makeServerCertificate(root, ['localhost'], ports);
  const client = await makeClientCertificate(root, 'c', ports);
  return { key, cert: certificate.toString(), ca: root.certificate.toString(), client };
};

describe('tlsFault', () => {
  it('an authority that is not trusted', async () => {
    const port = await serve(await make());
    expect(await faultAt(port, {})).toMatchObject({
      reason: 'untrusted',
      detail: expect.stringMatching(/^base:8089: its certificate comes from an authority/) as string,
    });
  });

  it('another name', async () => {
    const { ca, ...own } = await make();
    const port = await serve(own);
    expect(await faultAt(port, { ca, servername: 'elsewhere' })).toMatchObject({
      reason: 'name_mismatch',
      detail: expect.stringMatching(/\(DNS:localhost\)/) as string,
    });
  });

  it.each([
    ['expired', -740],
    ['not_yet_valid', 40],
  ])('dates: %s', async (reason, days) => {
    const { ca, ...own } = await make(Date.now() + days * DAY_MS);
    expect(await faultAt(await serve(own), { ca })).toMatchObject({ reason });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('a client without a certificate, %s', async (version) => {
    const own = await make();
    const port = await serve({ ...own, requestCert: true, rejectUnauthorized: true, maxVersion: version });
    const fault = await faultAt(port, { ca: own.ca });
    expect(['refused_by_server', 'unreachable']).toContain((fault as { reason: string }).reason);
    expect(fault).toMatchObject({ detail: expect.stringContaining('client certificate') as string });
  });

  it('a server that speaks no TLS, and nobody at all', async () => {
    const port = await listen(
      createServer((socket) => socket.on('error', () => undefined).end('<event/>\n'.repeat(4))),
    );
    expect(await faultAt(port, {})).toMatchObject({
      reason: 'unreachable',
      detail: expect.stringContaining('does not speak TLS') as string,
    });
    const gone = await listen(createServer());
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await faultAt(gone, {})).toMatchObject({
      reason: 'unreachable',
      detail: expect.stringContaining('nothing listens') as string,
    });
  });

  it('what it does not know keeps its own words', () => {
    expect(tlsFault(new Error('odd'), 'a:1')).toEqual({ reason: 'unreachable', detail: 'a:1: odd' });
    expect(tlsFault('odd', 'a:1').detail).toBe('a:1: odd');
  });
});
