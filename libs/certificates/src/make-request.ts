/** A request that somebody else sign our key. The key itself stays here. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { SIGNING } from './ports.ts';

/** Such as ["CN", "gateway"]; any text. */
export type SubjectPart = readonly [type: 'CN' | 'O' | 'OU' | 'C' | 'L' | 'ST' | 'DC', value: string];

/** @returns PKCS#10 as DER in base64, without armour */
export const makeRequest = async (keys: webcrypto.CryptoKeyPair, subject: readonly SubjectPart[]): Promise<string> => {
  const name = new x509.Name(subject.map(([type, value]) => ({ [type]: [{ utf8String: value }] })));
  const made = await x509.Pkcs10CertificateRequestGenerator.create(
    { name, keys, signingAlgorithm: SIGNING },
    webcrypto,
  );
  return Buffer.from(made.rawData).toString('base64');
};
