/** Makes a certificate authority, and server and client certificates that it signs. */
import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { endOf } from './certificate-facts.ts';
import type { CertificatePorts } from './ports.ts';
import { importKeys, keyPem } from './keys.ts';
import { SIGNING } from './ports.ts';

/** A certificate and its key. */
export interface Issued {
  readonly certificate: X509Certificate;
  /** PKCS#8 as PEM. */
  readonly key: string;
}

export interface Authority extends Issued {
  readonly keys: webcrypto.CryptoKeyPair;
}

const DAY_MS = 86_400_000;
/** It outlives what it signs, and nobody wants to hand out packages anew. */
const AUTHORITY_DAYS = 3650;
/** Apple's limit for servers is 825 days. */
const SERVER_DAYS = 730;
const CLIENT_DAYS = 730;
/** Clocks of phones and of boxes without a battery are late. */
const BACKDATED_DAYS = 1;

const AUTHORITY_BITS = 3072;
/** What ATAK, iTAK, WinTAK and the Java of TAK servers all take; elliptic curves are not. */
const BITS = 2048;

/** @param name of the authority, as people see it in their clients */
export const makeAuthority = async (name: string, ports: CertificatePorts): Promise<Authority> => {
  const keys = await ports.generateKeys(AUTHORITY_BITS);
  const made = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...life(ports, AUTHORITY_DAYS),
      name: nameOf(name),
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { ...(await issuedOf(made, keys)), keys };
};

/** The authority that `makeAuthority` made, from its PEM. Throws what Node throws for anything else. */
export const readAuthority = async (certificatePem: string, key: string): Promise<Authority> => ({
  certificate: new X509Certificate(certificatePem),
  key,
  keys: await importKeys(key),
});

/** @param hosts names and addresses that clients call; at least one */
export const makeServerCertificate = (
  authority: Authority,
  hosts: readonly string[],
  ports: CertificatePorts,
): Promise<Issued> =>
  makeLeaf(authority, hosts[0] ?? 'localhost', SERVER_DAYS, ports, [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(
      hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }) as const),
    ),
  ]);

/** @param name of the person or device, 1 to 64 characters */
export const makeClientCertificate = (authority: Authority, name: string, ports: CertificatePorts): Promise<Issued> =>
  makeLeaf(authority, name, CLIENT_DAYS, ports, [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
  ]);

const makeLeaf = async (
  authority: Authority,
  name: string,
  days: number,
  ports: CertificatePorts,
  extensions: readonly x509.Extension[],
): Promise<Issued> => {
  const keys = await ports.generateKeys(BITS);
  const keyUsage = x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment;
  const made = await x509.X509CertificateGenerator.create(
    {
      ...life(ports, days, authority.certificate),
      subject: nameOf(name),
      issuer: new x509.X509Certificate(authority.certificate.raw).subjectName,
      publicKey: keys.publicKey,
      signingKey: authority.keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(keyUsage, true),
        ...extensions,
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await x509.AuthorityKeyIdentifierExtension.create(authority.keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return issuedOf(made, keys);
};

/** Whole seconds, as certificates have them, and none beyond its issuer; a positive serial of 127 bits. */
const life = ({ now, randomBytes }: CertificatePorts, days: number, issuer?: X509Certificate) => {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const begin = Math.floor(now() / 1000) * 1000 - BACKDATED_DAYS * DAY_MS;
  return {
    serialNumber: Buffer.from(serial).toString('hex'),
    notBefore: new Date(begin),
    notAfter: new Date(Math.min(begin + (BACKDATED_DAYS + days) * DAY_MS, issuer ? endOf(issuer).getTime() : Infinity)),
    signingAlgorithm: SIGNING,
  };
};

const ORGANIZATION = 'Cotbus';
/** Structured, so that no character of a name is syntax. */
const nameOf = (name: string): x509.Name =>
  new x509.Name([{ O: [{ utf8String: ORGANIZATION }] }, { CN: [{ utf8String: name }] }]);

const issuedOf = async (made: x509.X509Certificate, keys: webcrypto.CryptoKeyPair): Promise<Issued> => ({
  certificate: new X509Certificate(Buffer.from(made.rawData)),
  key: await keyPem(keys.privateKey),
});
