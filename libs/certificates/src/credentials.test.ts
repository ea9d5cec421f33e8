import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { expect, it, vi } from 'vitest';
import { tlsOptions } from './credentials.ts';
import { makeAuthority, makeServerCertificate } from './make-certificate.ts';
import { makeInner } from './testing/enrolment-mock.ts';
import { createTestPorts } from './testing/test-ports.ts';

vi.setConfig({ testTimeout: 20_000 });

it('a server below an intermediate authority is trusted where the trust store holds that one alone', async () => {
  const ports = createTestPorts(Date.now());
  const root = await makeAuthority('Root', ports);
  const inner = await makeInner(root, ports);
  const own = await makeServerCertificate(inner, ['localhost'], ports);
  const server = createServer(
    tlsOptions({ key: own.key, cert: own.certificate.toString(), chain: [inner.certificate.toString()], ca: [] }),
    (socket) => socket.resume().end('welcome'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ca = [inner.certificate.toString()];
  const options = tlsOptions({ key: undefined, cert: undefined, chain: [], ca });
  const { port } = server.address() as AddressInfo;
  const heard = await new Promise<string>((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ...options });
    socket.on('data', (data: Buffer) => resolve(data.toString()));
    socket.on('error', reject);
  });
  expect(heard).toBe('welcome');
  server.close();
});
