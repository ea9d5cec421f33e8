import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import forge from 'node-forge';
import { describe, expect, it, vi } from 'vitest';
import { readMaterial } from './read-material.ts';
import { readCredentials } from './read-credentials.ts';
import type { CredentialFiles } from './read-credentials.ts';
import { GIVEN_NOW_MS, givenBytes, givenFile, givenText } from './testing/given-file.ts';
import { useTemporaryFolder } from './testing/temporary-folder.ts';

// Keys are made and derived: seconds on a small machine.
vi.setConfig({ testTimeout: 20_000 });

const CLIENT = { role: 'client', nowMs: GIVEN_NOW_MS } as const;
const folder = useTemporaryFolder();

/** Names of testdata become paths; others are taken as they are. */
const read = (files: CredentialFiles, use = CLIENT) => {
  const path = (name: string | undefined) => (name === undefined || name.includes('/') ? name : givenFile(name));
  return readCredentials(
    { ...files, certificate: path(files.certificate), key: path(files.key), ca: path(files.ca) },
    use,
  );
};
const good = async (files: CredentialFiles, use = CLIENT) => {
  const result = await read(files, use);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result;
};
const faultsOf = async (files: CredentialFiles, use = CLIENT) => {
  const result = await read(files, use);
  return result.ok ? [] : result.faults;
};
const subjects = (pems: readonly string[]) => pems.map((pem) => /CN=(.*)/.exec(new X509Certificate(pem).subject)?.[1]);

describe('own certificates', () => {
  it.each<[string, CredentialFiles]>([
    ['RC2-40, as TAK Server writes them', { certificate: 'rsa-rc2.p12', passphrase: 'atakatak' }],
    ['3DES', { certificate: 'rsa-3des.p12', passphrase: 'atakatak' }],
    ['AES', { certificate: 'rsa-aes.p12', passphrase: 'atakatak' }],
    ['written by Java', { certificate: 'java.p12', passphrase: 'atakatak' }],
    ['an empty passphrase', { certificate: 'empty-passphrase.p12' }],
    ['a passphrase that is not ASCII', { certificate: 'umlaut.p12', passphrase: 'größe' }],
    ['elliptic curve under RC2-40', { certificate: 'ec-rc2.p12', passphrase: 'atakatak' }],
    ['elliptic curve under AES', { certificate: 'ec-aes.p12', passphrase: 'atakatak' }],
    ['PEM with everything and text between', { certificate: 'bags.pem' }],
  ])('%s', async (_, files) => {
    const { credentials, warnings } = await good(files);
    expect(warnings).toEqual([]);
    expect(subjects([credentials.cert ?? ''])[0]).toMatch(/^(rsa|ec) client$/);
    expect(credentials.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(subjects(credentials.chain)).toEqual(['Inner']);
    expect(new Set(subjects(credentials.ca))).toEqual(new Set(['Inner', 'Root']));
  });

  it.each<[string, CredentialFiles]>([
    ['in a file of its own', { certificate: 'rsa.pem', key: 'rsa-key.pem' }],
    ['encrypted (PKCS#8)', { certificate: 'rsa.pem', key: 'encrypted.pem', passphrase: 'atakatak' }],
    ['encrypted (traditional)', { certificate: 'rsa.pem', key: 'traditional-encrypted.pem', passphrase: 'atakatak' }],
    ['of an elliptic curve (SEC 1 or PKCS#8)', { certificate: 'ec.pem', key: 'ec-key.pem' }],
  ])('PEM with the key %s', async (_, files) => {
    const { credentials, warnings } = await good({ ...files, ca: 'root.pem' });
    expect(credentials.key).toContain('BEGIN PRIVATE KEY');
    expect(warnings).toEqual([{ reason: 'chain_incomplete', detail: expect.stringContaining('CN=Inner') as string }]);
  });

  it('Windows line ends and a byte order mark are no obstacle', async () => {
    writeFileSync(folder.file('w.pem'), `\ufeff${givenText('bags.pem').replaceAll('\n', '\r\n')}`);
    expect((await good({ certificate: folder.file('w.pem') })).credentials.chain).toHaveLength(1);
  });

  it('the name of a file says nothing about what it is', async () => {
    writeFileSync(folder.file('truly.pem'), givenBytes('rsa-rc2.p12'));
    expect((await read({ certificate: folder.file('truly.pem'), passphrase: 'atakatak' })).ok).toBe(true);
  });
});

describe('whom to trust', () => {
  it.each<[string, CredentialFiles, readonly string[]]>([
    ['a truststore under RC2-40', { ca: 'truststore-rc2.p12', caPassphrase: 'atakatak' }, ['Inner', 'Root']],
    ['a truststore under 3DES', { ca: 'truststore-3des.p12', caPassphrase: 'atakatak' }, ['Inner', 'Root']],
    ['a truststore under AES', { ca: 'truststore-aes.p12', caPassphrase: 'atakatak' }, ['Inner', 'Root']],
    ['a truststore by Java', { ca: 'java-truststore.p12', caPassphrase: 'atakatak' }, ['Root']],
    ['the passphrase of the own file', { ca: 'truststore-rc2.p12', passphrase: 'atakatak' }, ['Inner', 'Root']],
    ['PEM', { ca: 'both.pem' }, ['Inner', 'Root']],
    ['DER', { ca: 'root.der' }, ['Root']],
    [
      'an authority beside somebody else, with his key',
      { ca: 'rsa-rc2.p12', caPassphrase: 'atakatak' },
      ['Inner', 'Root'],
    ],
  ])('%s', async (_, files, expected) => {
    const { credentials } = await good(files);
    expect(new Set(subjects(credentials.ca))).toEqual(new Set(expected));
    expect(credentials.key).toBeUndefined();
  });

  it('what lies beside the own certificate counts where nothing is named, and not otherwise', async () => {
    const own = { certificate: 'rsa-rc2.p12', passphrase: 'atakatak' };
    expect(subjects((await good({ ...own, ca: 'root.pem' })).credentials.ca)).toEqual(['Root']);
    expect(subjects((await good(own)).credentials.ca)).toHaveLength(2);
  });
});

describe('what is wrong is said in words', () => {
  it.each<[string, CredentialFiles, string, RegExp]>([
    [
      'wrong passphrase',
      { certificate: 'rsa-rc2.p12', passphrase: 'no' },
      'passphrase_wrong',
      /does not open .*rsa-rc2/,
    ],
    ['wrong passphrase, AES', { certificate: 'rsa-aes.p12', passphrase: 'no' }, 'passphrase_wrong', /atakatak/],
    ['wrong umlauts', { certificate: 'umlaut.p12', passphrase: 'grösse' }, 'passphrase_wrong', /does not open/],
    ['no passphrase', { certificate: 'rsa-rc2.p12' }, 'passphrase_missing', /protected by a passphrase/],
    [
      'no passphrase for a PEM key',
      { certificate: 'rsa.pem', key: 'encrypted.pem' },
      'passphrase_missing',
      /encrypted/,
    ],
    [
      'wrong one for a PEM key',
      { certificate: 'rsa.pem', key: 'encrypted.pem', passphrase: 'x' },
      'passphrase_wrong',
      /does not open the private key/,
    ],
    [
      'wrong one, traditional',
      { certificate: 'rsa.pem', key: 'traditional-encrypted.pem', passphrase: 'x' },
      'passphrase_wrong',
      /private key/,
    ],
    [
      'a truststore as own certificate',
      { certificate: 'truststore-rc2.p12', passphrase: 'atakatak' },
      'no_key',
      /it is a truststore. Name it as ca/,
    ],
    ['a key alone', { certificate: 'rsa-key.pem' }, 'no_certificate', /holds no certificate/],
    ['a key that is none', { certificate: 'rsa.pem', key: 'root.pem' }, 'no_key', /root\.pem holds no private key/],
    [
      'the key of another',
      { certificate: 'rsa.pem', key: 'ec-key.pem' },
      'key_mismatch',
      /belongs to no certificate .*rsa client/,
    ],
    [
      'a client as authority',
      { ca: 'lone-client.p12', caPassphrase: 'atakatak' },
      'no_ca',
      /no certificate authority, only .*rsa client/,
    ],
    ['a Java keystore', { ca: 'truststore.jks' }, 'unsupported', /keytool -importkeystore/],
    ['no such file', { ca: 'nothing.p12' }, 'no_file', /there is no such file/],
    ['a folder', { ca: '../certificates' }, 'no_file', /it is a folder/],
    ['a shell script', { ca: 'make.sh' }, 'not_certificates', /neither PKCS#12/],
  ])('%s', async (_, files, reason, words) => {
    const faults = await faultsOf({ ...files, ...(files.ca === '../certificates' && { ca: givenFile('.') }) });
    expect(faults).toEqual([{ reason, detail: expect.stringMatching(words) as string }]);
  });

  it('a zip, half a file, an empty one and a large one', async () => {
    const cases: readonly [Uint8Array, string][] = [
      [new Uint8Array([0x50, 0x4b, 3, 4, 0]), 'not_certificates'],
      [new Uint8Array(0), 'not_certificates'],
      [givenBytes('rsa-aes.p12').subarray(0, 900), 'garbled'],
      [new TextEncoder().encode('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'), 'garbled'],
      [new TextEncoder().encode('-----BEGIN CERTIFICATE-----\nAAAA'), 'garbled'],
      [new Uint8Array(1_048_577), 'too_large'],
    ];
    for (const [bytes, reason] of cases) {
      writeFileSync(folder.file('odd'), bytes);
      expect((await faultsOf({ ca: folder.file('odd') })).map((fault) => fault.reason)).toEqual([reason]);
    }
  });

  it('both files are looked at, so that one run tells all', async () => {
    const faults = await faultsOf({ certificate: 'rsa-rc2.p12', passphrase: 'no', ca: 'nothing.p12' });
    expect(faults.map(({ reason }) => reason)).toEqual(['passphrase_wrong', 'no_file']);
  });

  it('dates: expired, and a clock that is late', async () => {
    const files = { certificate: 'rsa-rc2.p12', passphrase: 'atakatak' };
    const late = await faultsOf(files, { role: 'client', nowMs: Date.UTC(2200, 0, 1) });
    expect(late[0]).toMatchObject({
      reason: 'expired',
      detail: expect.stringMatching(/rsa client expired on 2126-/) as string,
    });
    const early = await faultsOf(files, { role: 'client', nowMs: Date.UTC(2001, 0, 1) });
    expect(early[0]).toMatchObject({
      reason: 'not_yet_valid',
      detail: expect.stringMatching(/valid from 2026-.*clock here says 2001-01-01/) as string,
    });
    const trust = await faultsOf({ ca: 'root.pem' }, { role: 'client', nowMs: Date.UTC(2200, 0, 1) });
    expect(trust.map(({ reason }) => reason)).toEqual(['expired']);
    const { warnings } = await good(files, { role: 'client', nowMs: Date.UTC(2100, 0, 1) });
    expect(warnings).toEqual([{ reason: 'expires_soon', detail: expect.stringContaining('2126-') as string }]);
  });

  it('a certificate for clients is none for a server', async () => {
    const files = { certificate: 'rsa-rc2.p12', passphrase: 'atakatak' };
    const result = await readCredentials(
      { ...files, certificate: givenFile('rsa-rc2.p12') },
      { role: 'server', nowMs: GIVEN_NOW_MS },
    );
    expect(result).toMatchObject({ ok: false, faults: [{ reason: 'wrong_usage' }] });
  });

  it('key derivation without an end is not begun', () => {
    const file = forge.asn1.fromDer(Buffer.from(givenBytes('rsa-3des.p12')).toString('binary'));
    const mac = (file.value as forge.asn1.Asn1[])[2]?.value as forge.asn1.Asn1[];
    for (const rounds of mac.slice(2)) rounds.value = '\u007f\u0000\u0000\u0000';
    const grown = Buffer.from(forge.asn1.toDer(file).getBytes(), 'binary');
    const read = readMaterial(grown, 'slow.p12', 'atakatak');
    expect(read).toMatchObject({ ok: false, reason: 'unsupported' });
  });
});

describe('hostile bytes', () => {
  const names = ['rsa-rc2.p12', 'ec-aes.p12', 'truststore-3des.p12', 'java-truststore.p12', 'bags.pem'];
  it('give a fault or material, never an exception', () => {
    const files = names.map(givenBytes);
    fc.assert(
      fc.property(
        fc.nat({ max: names.length - 1 }),
        fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (index, flips) => {
          const bytes = Uint8Array.from(files[index] ?? []);
          for (const [at, value] of flips) bytes[at % bytes.length] = value;
          const read = readMaterial(bytes, 'x', 'atakatak');
          expect(read.ok || read.detail.length > 0).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });
});
