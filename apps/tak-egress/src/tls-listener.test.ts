/** Certificates of the TLS listener that change while it runs. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startWorld } from './testing/egress-world.ts';
import { eventResult, meshEvent } from './testing/events.ts';
import { openTlsPhone } from './testing/phone.ts';
import { tlsFile } from './testing/tak-server.ts';
import { until } from './testing/until.ts';

type World = Awaited<ReturnType<typeof startWorld>>;

const startSecure = async (certificate: string | undefined) => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-listener-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const put = (name: string): void => {
    copyFileSync(tlsFile(`${name}.key`), join(folder, 'own.key'));
    copyFileSync(tlsFile(`${name}.pem`), join(folder, 'own.pem'));
  };
  if (certificate !== undefined) put(certificate);
  const tls = { cert: join(folder, 'own.pem'), key: join(folder, 'own.key'), ca: tlsFile('ca.pem') };
  const world = await startWorld({ listen: { enabled: false }, listenTls: { host: '127.0.0.1', port: 0, tls } });
  return { world, folder, put };
};

/** Fingerprint of what a client is shown. */
const shown = async (world: World): Promise<string> => {
  const port = Number(world.link('listenTls')?.address.split(':').at(-1));
  const socket = connect({
    host: '127.0.0.1',
    port,
    ca: readFileSync(tlsFile('ca.pem')),
    cert: readFileSync(tlsFile('alpha.pem')),
    key: readFileSync(tlsFile('alpha.key')),
    passphrase: 'opensesame',
    checkServerIdentity: () => undefined,
  });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
};
const fingerprintOf = (name: string): string =>
  new X509Certificate(readFileSync(tlsFile(`${name}.pem`))).fingerprint256;

/** The look of the listener at its files is due. */
const afterALook = async <T>(world: World, what: string, is: () => T | undefined | false): Promise<T> => {
  await world.clock.pass(5_000);
  return until(what, () => {
    world.clock.advance(100);
    return is();
  });
};

describe('the certificates of the TLS listener', () => {
  it('are taken from files that took the place of others, for the next connection; who is here stays', async () => {
    const { world, put } = await startSecure('server');
    const phone = await openTlsPhone(world.link('listenTls')?.address ?? '', 'alpha');
    expect(await shown(world)).toBe(fingerprintOf('server'));
    put('elsewhere');
    await world.clock.pass(5_000);
    await until('the other certificate', async () => (await shown(world)) === fingerprintOf('elsewhere'));
    await world.hear(eventResult({ seq: 1, event: meshEvent({ uid: 'N1' }) }));
    expect((await phone.arrived()).join()).toContain('uid="N1"');
  });

  it('stay while new ones are wrong, with a fault that says what is', async () => {
    const { world, folder, put } = await startSecure('server');
    writeFileSync(join(folder, 'own.pem'), 'cut off');
    const fault = await afterALook(world, 'a fault', () => world.status()?.faults[0]);
    expect(fault).toMatch(/^tak\.listenTls: .*own\.pem.*The ones before are in use\.$/);
    expect(await shown(world)).toBe(fingerprintOf('server'));
    put('server');
    await afterALook(world, 'no fault', () => world.status()?.faults.length === 0);
  });

  it('open it when they come', async () => {
    const { world, put } = await startSecure(undefined);
    expect(world.link('listenTls')?.lastError).toContain('own.pem');
    put('server');
    await afterALook(world, 'an open listener', () => world.status()?.faults.length === 0);
    expect(await shown(world)).toBe(fingerprintOf('server'));
  });
});
