import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { platform } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readCredentials } from '../read-credentials.ts';
import { CHANNELS, PASSWORD, startEnrolmentMock, USER } from '../testing/enrolment-mock.ts';
import type { EnrolmentMock, MockOptions } from '../testing/enrolment-mock.ts';
import { useTemporaryFolder } from '../testing/temporary-folder.ts';
import { createTestPorts } from '../testing/test-ports.ts';
import type { EnrolmentWish } from './enroll.ts';
import { enrolmentFolder, enrollInto, readEnrolment, renewInto } from './enrolment-folder.ts';

// Keys are made and derived: seconds on a small machine.
vi.setConfig({ testTimeout: 20_000 });

const folder = useTemporaryFolder();
const ports = createTestPorts(Date.now());
const mocks: EnrolmentMock[] = [];
afterEach(async () => {
  await Promise.all(mocks.splice(0).map((mock) => mock.close()));
});
const start = async (options?: MockOptions): Promise<EnrolmentMock> => {
  const mock = await startEnrolmentMock(ports, options);
  mocks.push(mock);
  return mock;
};
const wish = ({ port, root }: EnrolmentMock, more: Partial<EnrolmentWish> = {}): EnrolmentWish => ({
  host: 'localhost',
  port,
  ca: [root],
  user: USER,
  password: PASSWORD,
  clientUid: 'COTBUS 1&2',
  ...more,
});
const enrolled = async (mock: EnrolmentMock, more?: Partial<EnrolmentWish>) => {
  const files = await enrollInto(folder.path, wish(mock, more), ports);
  if (!files.ok) throw new Error(files.detail);
  return files;
};
const place = () => enrolmentFolder(folder.path, 'localhost');

describe.each(['json', 'xml', 'p12'] as const)('enrolling at a server that answers %s', (answer) => {
  it('leaves files that a TLS link takes', async () => {
    const mock = await start({ answer });
    const files = await enrolled(mock);
    const read = await readCredentials(
      { certificate: files.certificate, ca: files.ca },
      { role: 'client', nowMs: ports.nowMs },
    );
    expect(read).toMatchObject({ ok: true, warnings: [] });
    if (!read.ok) return;
    const leaf = new X509Certificate(read.credentials.cert ?? '');
    expect(leaf.subject).toBe('CN=gw1\nO=TAK & Co\nOU=Valley');
    expect(read.credentials.chain.map((pem) => new X509Certificate(pem).subject)).toEqual(['CN=Inner\nO=TAK']);
    expect(read.credentials.ca).toHaveLength(2);
    expect(mock.asked[0]).toMatchObject({ line: 'GET /Marti/api/tls/config', login: `${USER}:${PASSWORD}` });
    expect(mock.asked[1]?.line).toBe('POST /Marti/api/tls/signClient/v2?clientUid=COTBUS+1%262');
    expect(mock.asked.at(-1)?.line).toBe('GET /Marti/api/tls/profile/enrollment?clientUid=COTBUS+1%262');
    // The key is here and was never there.
    const key = read.credentials.key?.replaceAll(/-----[^-]+-----|\s/g, '') ?? '';
    for (const { body } of mock.asked) expect(body).not.toContain(key.slice(200, 260));
  });
});

describe('what enrolling leaves behind', () => {
  it('is for the owner alone, and no key waits any more', async () => {
    const mock = await start({ profile: new Uint8Array([0x50, 0x4b]) });
    const files = await enrolled(mock);
    expect(readdirSync(place()).toSorted()).toEqual(['ca.pem', 'client.pem', 'enrolment.json', 'profile.zip']);
    expect(files.profile).toBe(`${place()}/profile.zip`);
    expect(readFileSync(`${place()}/enrolment.json`, 'utf8')).not.toContain(PASSWORD);
    expect(statSync(files.certificate).mode & 0o777).toBe(platform() === 'win32' ? 0o666 : 0o600);
  });

  it('says when to renew, and a renewal takes its place with another key', async () => {
    const mock = await start();
    const first = await enrolled(mock);
    const record = await readEnrolment(folder.path, 'localhost');
    expect(record).toEqual(first.record);
    const life = Date.parse(record?.validTo ?? '') - ports.nowMs;
    expect(Date.parse(record?.renewAfter ?? '') - ports.nowMs).toBeGreaterThan(life * 0.6);
    const before = readFileSync(first.certificate, 'utf8');
    const second = await enrolled(mock);
    expect(second.certificate).toBe(first.certificate);
    expect(readFileSync(second.certificate, 'utf8')).not.toBe(before);
  });

  it('is a key that is used again when the answer got lost', async () => {
    const failing = await start({ signStatus: 503 });
    expect(await enrollInto(folder.path, wish(failing), ports)).toMatchObject({
      ok: false,
      reason: 'refused_by_server',
    });
    const kept = readFileSync(`${place()}/pending.key`, 'utf8');
    expect(existsSync(`${place()}/client.pem`)).toBe(false);
    const { certificate } = await enrolled(await start());
    expect(readFileSync(certificate, 'utf8')).toContain(kept);
  });

  it('stays as it was when renewing fails', async () => {
    const { certificate } = await enrolled(await start());
    const before = readFileSync(certificate, 'utf8');
    const mock = await start({ answer: 'other-key' });
    expect(await enrollInto(folder.path, wish(mock), ports)).toMatchObject({ ok: false, reason: 'key_mismatch' });
    expect(readFileSync(certificate, 'utf8')).toBe(before);
  });

  it('is nothing where the folder cannot be written', async () => {
    writeFileSync(folder.file('file'), '');
    const mock = await start();
    expect(await enrollInto(folder.file('file'), wish(mock), ports)).toMatchObject({
      ok: false,
      reason: 'not_written',
    });
    mkdirSync(folder.file('servers'));
    expect(await readEnrolment(folder.path, 'localhost')).toBeUndefined();
  });
});

describe('renewing without a password', () => {
  it('takes a new certificate for the one there is, where the server allows it', async () => {
    const mock = await start({ knowsCertificates: true });
    const first = await enrolled(mock);
    const before = readFileSync(first.certificate, 'utf8');
    mock.asked.splice(0);
    const renewed = await renewInto(folder.path, 'localhost', ports, mock.port);
    expect(renewed.ok ? '' : renewed.detail).toBe('');
    expect(renewed).toMatchObject({ ok: true, certificate: first.certificate });
    expect(readFileSync(first.certificate, 'utf8')).not.toBe(before);
    expect(mock.asked.map(({ login }) => login).join('')).toBe('');
    expect(await readEnrolment(folder.path, 'localhost')).toMatchObject({
      port: mock.port,
      user: USER,
      trusted: [mock.root],
    });
  });

  it.each<[string, MockOptions, string]>([
    ['does not know certificates', { knowsCertificates: false }, 'login_refused'],
    ['has no such page there', { configStatus: 404 }, 'login_refused'],
    ['signs another key', { answer: 'other-key' }, 'key_mismatch'],
  ])('leaves everything as it was at a server that %s', async (_, later, reason) => {
    const options: MockOptions = { knowsCertificates: true };
    const mock = await start(options);
    const { certificate } = await enrolled(mock);
    const before = readFileSync(certificate, 'utf8');
    Object.assign(options, later);
    const answer = await renewInto(folder.path, 'localhost', ports, mock.port);
    expect(answer).toMatchObject({ ok: false, reason });
    expect(readFileSync(certificate, 'utf8')).toBe(before);
  });

  it('needs something to renew', async () => {
    expect(await renewInto(folder.path, 'localhost', ports)).toMatchObject({ ok: false, reason: 'no_certificate' });
  });
});

describe('channels', () => {
  it('stay on, because the server is told no version; or are left to it', async () => {
    const mock = await start();
    const usages = async (version?: string) => {
      const { certificate } = await enrolled(mock, { version });
      return new X509Certificate(readFileSync(certificate)).keyUsage;
    };
    expect(await usages()).not.toContain(CHANNELS);
    expect(await usages('4.4')).toContain(CHANNELS);
  });
});

describe('whom it trusts', () => {
  it('nobody it does not know: the password is not sent, and the fingerprint is shown', async () => {
    const mock = await start();
    const answer = await enrollInto(folder.path, wish(mock, { ca: [] }), ports);
    expect(answer).toMatchObject({ ok: false, reason: 'untrusted' });
    expect(answer).toMatchObject({ detail: expect.stringContaining(mock.fingerprint) as string });
    expect(mock.asked).toEqual([]);
  });

  it('the certificate, or its authority, with the fingerprint somebody confirmed', async () => {
    const mock = await start({ hosts: ['takserver'] });
    await enrolled(mock, { ca: [], fingerprint: mock.fingerprint });
    const other = await start();
    await enrolled(other, { ca: [], fingerprint: other.rootFingerprint });
    const answer = await enrollInto(
      folder.path,
      wish(mock, { ca: [], fingerprint: other.fingerprint.replace('A', 'B') }),
      ports,
    );
    expect(answer).toMatchObject({
      ok: false,
      reason: 'untrusted',
      detail: expect.stringContaining('takserver') as string,
    });
  });

  it('the name it calls, or the one it was told to expect', async () => {
    const mock = await start({ hosts: ['takserver', '10.0.0.9'] });
    expect(await enrollInto(folder.path, wish(mock), ports)).toMatchObject({
      ok: false,
      reason: 'name_mismatch',
      detail: expect.stringMatching(/takserver.*10\.0\.0\.9/) as string,
    });
    expect(mock.asked).toEqual([]);
    await enrolled(mock, { serverName: 'takserver' });
  });
});

describe('what goes wrong is said in words', () => {
  it.each<[string, MockOptions, Partial<EnrolmentWish>, string, RegExp]>([
    ['wrong password', {}, { password: 'x' }, 'login_refused', /gw1 and the password do not go together/],
    ['a user who may not', { signStatus: 403 }, {}, 'login_refused', /may not enrol/],
    ['a colon in the user', {}, { user: 'a:b' }, 'bad_name', /colon/],
    ['some other server', { configStatus: 404 }, {}, 'not_an_enrolment_server', /8446/],
    ['a page instead of XML', { config: '<!doctype html><p>hello' }, {}, 'not_an_enrolment_server', /8446/],
    ['XML of something else', { config: '<a/>' }, {}, 'not_an_enrolment_server', /8446/],
    ['a server in trouble', { configStatus: 500 }, {}, 'refused_by_server', /HTTP 500/],
    ['nothing signed', { answer: 'rubbish' }, {}, 'refused_by_server', /signed nothing/],
    ['the key of another', { answer: 'other-key' }, {}, 'key_mismatch', /another key/],
    ['a certificate that is over', { answer: 'expired' }, {}, 'expired', /expired on/],
    ['no authority along', { answer: 'no-ca' }, {}, 'no_ca', /no certificate authority/],
    ['no answer', { silent: true }, { timeoutMs: 200 }, 'unreachable', /does not answer/],
    ['an answer without end', { endless: true }, {}, 'garbled', /larger than/],
  ])('%s', async (_, options, more, reason, words) => {
    const mock = await start(options);
    const answer = await enrollInto(folder.path, wish(mock, more), ports);
    expect(answer).toMatchObject({ ok: false, reason, detail: expect.stringMatching(words) as string });
  });

  it('a profile that cannot be had is no reason to throw the certificate away', async () => {
    const files = await enrolled(await start({ profile: 500 }));
    expect(files.warnings).toEqual([
      { reason: 'refused_by_server', detail: expect.stringContaining('its profile is not') as string },
    ]);
  });

  it('nobody there, and a port without TLS', async () => {
    const plain = createServer((socket) =>
      socket
        .resume()
        .end('HTTP/1.1 400 Bad Request\r\n\r\n')
        .on('error', () => undefined),
    );
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;
    const mock = await start();
    const answer = await enrollInto(folder.path, wish(mock, { port }), ports);
    expect(answer).toMatchObject({
      ok: false,
      reason: 'unreachable',
      detail: expect.stringContaining('does not speak TLS') as string,
    });
    await new Promise((resolve) => plain.close(resolve));
    const gone = await enrollInto(folder.path, wish(mock, { port }), ports);
    expect(gone).toMatchObject({
      ok: false,
      reason: 'unreachable',
      detail: expect.stringContaining('nothing listens') as string,
    });
  });
});
