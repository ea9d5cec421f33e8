import { isIP } from 'node:net';
import { expect, it, vi } from 'vitest';
import { makeAuthority, makeServerCertificate } from './make-certificate.ts';
import { nameFault } from './check-credentials.ts';
import { ownHosts } from './own-hosts.ts';
import { createTestPorts } from './testing/test-ports.ts';

// Keys are made and derived: seconds on a small machine.
vi.setConfig({ testTimeout: 20_000 });

it('this machine has names that go into a certificate, and come out of it', async () => {
  const hosts = ownHosts();
  expect(hosts).toContain('localhost');
  expect(hosts.filter((host) => isIP(host) === 6 && host.startsWith('fe80'))).toEqual([]);
  const ports = createTestPorts();
  const { certificate } = await makeServerCertificate(await makeAuthority('Root', ports), hosts, ports);
  expect(hosts.map((host) => nameFault(certificate, host))).toEqual(hosts.map(() => undefined));
});
