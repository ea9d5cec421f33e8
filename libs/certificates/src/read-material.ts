/** Keys and certificates out of the bytes of a file, whatever form they have. */
import { X509Certificate } from 'node:crypto';
import { refused } from './fault.ts';
import type { Refused } from './fault.ts';
import type { Material } from './material.ts';
import { readP12 } from './read-p12.ts';
import { readPem } from './read-pem.ts';

/** Certificates of one file; a list of all public authorities has about 150. */
const MAX_CERTIFICATES = 500;

const JAVA_KEYSTORE = 'feedfeed';
const ZIP = '504b0304';

/**
 * Reads PKCS#12 (RC2-40, 3DES, AES; with or without keys), PEM (keys plain or encrypted, text around the blocks) and
 * single certificates as DER. What it is shows in the bytes; names of files count for nothing.
 *
 * @param name of the file, for people
 */
export const readMaterial = (bytes: Uint8Array, name: string, passphrase: string | undefined): Material | Refused => {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  if (start === JAVA_KEYSTORE) {
    return refused(
      'unsupported',
      `${name} is a Java keystore (JKS). Use the .p12 beside it, or convert it: ${CONVERT}`,
    );
  }
  if (start === ZIP) {
    return refused(
      'not_certificates',
      `${name} is a zip, perhaps a connection package. Unpack it and name the .p12 in it.`,
    );
  }
  const material = Buffer.from(bytes).includes('-----BEGIN ')
    ? readPem(new TextDecoder().decode(bytes), name, passphrase)
    : bytes[0] === DER_SEQUENCE
      ? (readDer(bytes) ?? readP12(bytes, name, passphrase))
      : refused('not_certificates', `${name} is neither PKCS#12 (.p12, .pfx) nor PEM.`);
  if (material.ok && material.certificates.length > MAX_CERTIFICATES) {
    return refused('too_large', `${name} holds more than ${MAX_CERTIFICATES} certificates.`);
  }
  return material;
};

const DER_SEQUENCE = 0x30;
const CONVERT = 'keytool -importkeystore -srckeystore FILE.jks -destkeystore FILE.p12 -deststoretype PKCS12';

const readDer = (bytes: Uint8Array): Material | undefined => {
  try {
    return { ok: true, keys: [], certificates: [new X509Certificate(bytes)] };
  } catch {
    return undefined;
  }
};
