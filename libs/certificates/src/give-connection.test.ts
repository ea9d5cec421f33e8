import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { platform } from 'node:os';
import { connect, createServer } from 'node:tls';
import { unzipSync } from 'fflate';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openAuthority, serverCredentials } from './authority-folder.ts';
import { takClients } from './connection-package.ts';
import type { Credentials } from './credentials.ts';
import { tlsOptions } from './credentials.ts';
import { clientsWithState, giveConnection, revokeConnection } from './give-connection.ts';
import type { ConnectionWish } from './give-connection.ts';
import { readRevocations, revocationFile } from './revocations.ts';
import { importPackage } from './testing/import-package.ts';
import { useTemporaryFolder } from './testing/temporary-folder.ts';
import { createTestPorts } from './testing/test-ports.ts';
import { hasTool, runTool } from './testing/tool.ts';

// Keys are made and derived: seconds on a small machine.
vi.setConfig({ testTimeout: 20_000 });

const folder = useTemporaryFolder();
const place = () => ({ folder: folder.file('certificates'), authorityName: 'Cotbus on basecamp' });
const wish = (more: Partial<ConnectionWish> = {}): ConnectionWish => ({
  ...place(),
  name: 'Anna',
  client: 'atak',
  host: 'base.example.org',
  port: 8089,
  ...more,
});
const give = async (more: Partial<ConnectionWish> = {}, ports = createTestPorts()) => {
  const given = await giveConnection(wish(more), ports);
  if (!given.ok) throw new Error(given.detail);
  return given;
};
const server = async (hosts: readonly string[], ports = createTestPorts()) => {
  const made = await serverCredentials(place(), hosts, ports);
  if (!made.ok) throw new Error(made.detail);
  return made;
};
const authority = async (ports = createTestPorts()) => {
  const opened = await openAuthority(place(), ports);
  if (!opened.ok) throw new Error(opened.detail);
  return opened.authority;
};

describe.each(takClients)('a connection package for %s', (client) => {
  it('imports: files named by the preferences are there, open, and fit together', async () => {
    const { bytes, fingerprint } = await give({ client });
    const imported = importPackage(bytes, client);
    expect(imported).toMatchObject({
      description: 'Cotbus on basecamp',
      host: 'base.example.org',
      port: 8089,
      protocol: 'ssl',
    });
    expect(imported.own.fingerprint256).toBe(fingerprint);
    expect(imported.own.subject).toBe('O=Cotbus\nCN=Anna');
    expect(imported.own.checkPrivateKey(createPrivateKey(imported.key))).toBe(true);
    expect(imported.ca).toHaveLength(1);
    expect(imported.ca[0]?.ca).toBe(true);
    expect(imported.own.checkIssued(imported.ca[0] ?? imported.own)).toBe(true);
  });

  it('has a passphrase of its own each time, unless one is wished for', async () => {
    const ports = createTestPorts();
    const phrases = [];
    for (let n = 0; n < 2; n += 1)
      phrases.push(importPackage((await give({ client }, ports)).bytes, client).passphrase);
    expect(new Set(phrases).size).toBe(2);
    for (const phrase of phrases) expect(phrase).toMatch(/^[a-z2-9]{20}$/);
    expect(importPackage((await give({ client, passphrase: 'atakatak' })).bytes, client).passphrase).toBe('atakatak');
  });
});

describe('packages', () => {
  it.each(['Jörg Müller', '../../etc/passwd', 'a"b&c<d>', '救助隊 1', '🦊', 'con', 'x'.repeat(64), "O'Neill\\n"])(
    'take the name %s',
    async (name) => {
      const { bytes } = await give({ name });
      const imported = importPackage(bytes, 'atak');
      expect(imported.own.subject.startsWith('O=Cotbus\nCN=')).toBe(true);
      for (const file of [...imported.fileNames, ...Object.keys(unzipSync(bytes))]) {
        expect(file).toMatch(/^(MANIFEST\/|cert\/)?[A-Za-z0-9._-]+$/);
        expect(file).not.toContain('..');
      }
    },
  );

  it('of two servers keep their files apart', async () => {
    const one = importPackage((await give({ host: 'one.example.org' })).bytes, 'atak').fileNames;
    const two = importPackage((await give({ host: 'two.example.org' })).bytes, 'atak').fileNames;
    expect(new Set([...one, ...two]).size).toBe(4);
  });

  it('are the same bytes in every time zone', async () => {
    const zones = ['UTC', 'America/New_York', 'Asia/Kathmandu'];
    const before = process.env['TZ'];
    const all = [];
    for (const zone of zones) {
      process.env['TZ'] = zone;
      const { certificate, key } = { ...(await authority()) };
      const { buildConnectionPackage } = await import('./connection-package.ts');
      const parts = { client: 'atak', name: 'A', description: 'D', host: 'h', port: 1, passphrase: 'p' } as const;
      const zip = buildConnectionPackage(
        { ...parts, own: { certificate, key }, ca: [certificate.toString()] },
        createTestPorts(),
      );
      all.push(Buffer.from(zip).toString('base64'));
    }
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
    expect(new Set(all).size).toBe(1);
  });

  it.each([
    ['', /no space/],
    [' Anna', /no space at its ends/],
    ['a\u0000b', /control/],
    ['a\u202eb', /control/],
    ['x'.repeat(65), /at most 64/],
  ])('for the name %j are refused', async (name, words) => {
    expect(await giveConnection(wish({ name }), createTestPorts())).toMatchObject({
      ok: false,
      reason: 'bad_name',
      detail: expect.stringMatching(words) as string,
    });
  });

  it.each([
    ['fe80::1', /IPv6/],
    ['a b', /expected a host/],
    ['999.1.1.1', /expected/],
    ['host:1', /expected/],
    ['', /expected/],
  ])('to the host %j are refused', async (host, words) => {
    expect(await giveConnection(wish({ host }), createTestPorts())).toMatchObject({
      ok: false,
      reason: 'bad_name',
      detail: expect.stringMatching(words) as string,
    });
  });

  it('make the certificate of the server fit, and say so', async () => {
    await server(['localhost', '127.0.0.1']);
    expect((await give({ host: '127.0.0.1' })).serverRenewed).toBe(false);
    expect((await give({ host: '10.1.2.3' })).serverRenewed).toBe(true);
    const { credentials, renewed } = await server(['localhost', '127.0.0.1', '10.1.2.3']);
    expect(renewed).toBe(false);
    const names = new X509Certificate(credentials.cert ?? '').subjectAltName;
    expect(names).toBe('IP Address:10.1.2.3, DNS:localhost, IP Address:127.0.0.1');
  });
});

describe('the folder', () => {
  it('keeps one authority, and keys for the owner alone', async () => {
    const first = (await authority()).certificate.fingerprint256;
    await give();
    await server(['localhost']);
    expect((await authority()).certificate.fingerprint256).toBe(first);
    const { folder: path } = place();
    expect(readdirSync(path).toSorted()).toEqual(['authority.pem', 'ca.pem', 'clients', 'server.pem']);
    expect(readFileSync(`${path}/ca.pem`, 'utf8')).not.toContain('PRIVATE');
    for (const name of readdirSync(`${path}/clients`)) {
      expect(readFileSync(`${path}/clients/${name}`, 'utf8')).not.toContain('PRIVATE');
    }
    if (platform() === 'win32') return;
    for (const name of ['authority.pem', 'server.pem']) expect(statSync(`${path}/${name}`).mode & 0o777).toBe(0o600);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('of two that begin at once, one makes the authority', async () => {
    const made = await Promise.all([authority(), authority(), authority()]);
    expect(new Set(made.map(({ certificate }) => certificate.fingerprint256)).size).toBe(1);
  });

  it('renews the server when two thirds of its life are over, under the names it had', async () => {
    const ports = createTestPorts();
    const first = await server(['localhost', 'gw.local'], ports);
    ports.nowMs += 480 * 86_400_000;
    expect((await server(['localhost'], ports)).renewed).toBe(false);
    ports.nowMs += 10 * 86_400_000;
    const second = await server(['localhost'], ports);
    expect(second.renewed).toBe(true);
    const [before, after] = [first, second].map(({ credentials }) => new X509Certificate(credentials.cert ?? ''));
    expect(after?.subjectAltName).toBe('DNS:localhost, DNS:gw.local');
    expect(after?.serialNumber).not.toBe(before?.serialNumber);
  });

  it('nothing outlives the authority', async () => {
    const ports = createTestPorts();
    const { certificate } = await authority(ports);
    ports.nowMs += 3500 * 86_400_000;
    expect((await give({}, ports)).validTo).toEqual(new Date(certificate.validTo));
    ports.nowMs += 200 * 86_400_000;
    expect(await giveConnection(wish(), ports)).toMatchObject({ ok: false, reason: 'expired' });
  });

  it('says when it is damaged, or not writable', async () => {
    mkdirSync(place().folder);
    writeFileSync(`${place().folder}/authority.pem`, 'rubbish');
    expect(await giveConnection(wish(), createTestPorts())).toMatchObject({ ok: false, reason: 'garbled' });
    writeFileSync(folder.file('file'), '');
    expect(await giveConnection(wish({ folder: folder.file('file') }), createTestPorts())).toMatchObject({
      ok: false,
      reason: 'not_written',
    });
  });
});

describe('revoking', () => {
  it('shuts out every certificate of the name and nobody else', async () => {
    const ports = createTestPorts();
    const first = await give({}, ports);
    const second = await give({ client: 'itak' }, ports);
    expect(second.others).toBe(1);
    const other = await give({ name: 'Bert' }, ports);
    const revoked = await revokeConnection(place().folder, 'Anna', ports);
    expect(revoked).toMatchObject({ ok: true, revoked: [{ name: 'Anna' }, { name: 'Anna' }] });
    const { fingerprints, badLines } = await readRevocations(place().folder);
    expect(fingerprints).toEqual(new Set([first.fingerprint, second.fingerprint]));
    expect(badLines).toEqual([]);
    expect(fingerprints.has(other.fingerprint)).toBe(false);
    expect((await clientsWithState(place().folder)).map((client) => client.revoked)).toEqual([true, true, false]);
    expect(await revokeConnection(place().folder, 'Anna', ports)).toEqual({ ok: true, revoked: [] });
    expect((await give({}, ports)).others).toBe(0);
  });

  it('of somebody unknown is a fault', async () => {
    expect(await revokeConnection(place().folder, 'Nobody', createTestPorts())).toMatchObject({
      ok: false,
      reason: 'unknown_name',
    });
  });

  it('survives a line that a crash cut off, and names lines that cannot be read', async () => {
    const ports = createTestPorts();
    const { fingerprint } = await give({}, ports);
    writeFileSync(revocationFile(place().folder), '# by hand\r\n\nAB:CD:EF');
    await revokeConnection(place().folder, 'Anna', ports);
    expect(await readRevocations(place().folder)).toEqual({ fingerprints: new Set([fingerprint]), badLines: [3] });
  });
});

describe('links with what was made', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  const listen = async (credentials: Credentials) => {
    const listener = createServer(
      { ...tlsOptions(credentials), requestCert: true, rejectUnauthorized: true },
      (socket) => socket.end(socket.getPeerX509Certificate()?.fingerprint256 ?? ''),
    );
    listener.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    closing.push(() => listener.close());
    return (listener.address() as AddressInfo).port;
  };
  const dial = (port: number, options: object) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ...options });
      socket.on('data', (data: Buffer) => resolve(data.toString()));
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('closed')));
    });

  it('a package lets in who has it, under the fingerprint that was recorded, and nobody else', async () => {
    const ports = createTestPorts(Date.now());
    const { credentials } = await server(['localhost', '127.0.0.1'], ports);
    const port = await listen(credentials);
    const given = await give({ host: '127.0.0.1' }, ports);
    const { own, key, ca } = importPackage(given.bytes, 'atak');
    const options = { key, cert: own.toString(), ca: ca.map(String) };
    expect(await dial(port, options)).toBe(given.fingerprint);
    await expect(dial(port, { ca: options.ca })).rejects.toThrow(/closed|alert|ECONNRESET/);
    const others = createTestPorts(Date.now());
    await others.generateKeys(2048);
    const stranger = importPackage((await give({ folder: folder.file('other') }, others)).bytes, 'atak');
    await expect(dial(port, { ...options, key: stranger.key, cert: stranger.own.toString() })).rejects.toThrow(
      /closed|alert|ECONNRESET/,
    );
  });
});

const hasOpenssl = hasTool('openssl', 'version');
describe.skipIf(!hasOpenssl)('OpenSSL (skipped where there is none)', () => {
  it('takes the chain strictly, and both PKCS#12 files', async () => {
    const ports = createTestPorts(Date.now());
    await server(['localhost'], ports);
    const { bytes } = await give({ passphrase: 'atakatak' }, ports);
    for (const [name, content] of Object.entries(unzipSync(bytes)))
      writeFileSync(folder.file(name.replace('/', '-')), content);
    const { own, fileNames } = importPackage(bytes, 'atak');
    writeFileSync(folder.file('own.pem'), own.toString());
    const at = folder.path;
    const ca = ['-x509_strict', '-CAfile', 'certificates/ca.pem'];
    expect(runTool('openssl', ['verify', ...ca, '-purpose', 'sslserver', 'certificates/server.pem'], at)).toContain(
      'OK',
    );
    expect(runTool('openssl', ['verify', ...ca, '-purpose', 'sslclient', 'own.pem'], at)).toContain('OK');
    expect(runTool('openssl', ['verify', ...ca, '-purpose', 'sslserver', 'own.pem'], at)).toBeUndefined();
    for (const name of fileNames) {
      const info = runTool(
        'openssl',
        ['pkcs12', '-in', `cert-${name}`, '-passin', 'pass:atakatak', '-info', '-noout'],
        at,
      );
      expect(info).toContain('MAC: sha1');
      expect(info).toContain('pbeWithSHA1And3-KeyTripleDES-CBC');
      expect(info).not.toMatch(/RC2|PBES2/);
      expect(
        runTool('openssl', ['pkcs12', '-in', `cert-${name}`, '-passin', 'pass:wrong', '-noout'], at),
      ).toBeUndefined();
    }
  });
});

const hasKeytool = hasTool('keytool', '-help');
describe.skipIf(!hasKeytool)('keytool of Java (skipped where there is none)', () => {
  it('sees one key, and in the trust store one certificate to trust', async () => {
    const { bytes } = await give({ passphrase: 'atakatak' });
    for (const [name, content] of Object.entries(unzipSync(bytes)))
      writeFileSync(folder.file(name.replace('/', '-')), content);
    const { fileNames } = importPackage(bytes, 'atak');
    const list = (name = '') =>
      runTool('keytool', ['-list', '-keystore', `cert-${name}`, '-storepass', 'atakatak'], folder.path);
    expect(list(fileNames[0])).toMatch(/1 entry[\s\S]*trustedCertEntry/);
    expect(list(fileNames[1])).toMatch(/1 entry[\s\S]*PrivateKeyEntry/);
  });
});
