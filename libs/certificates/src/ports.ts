/** Time, randomness and keys, as arguments of all that makes certificates. */
import { randomBytes, webcrypto } from 'node:crypto';

export interface CertificatePorts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  /** RSA, extractable, for RSASSA-PKCS1-v1_5 with SHA-256. @param bits of the modulus */
  readonly generateKeys: (bits: number) => Promise<webcrypto.CryptoKeyPair>;
}

export const SIGNING = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
/** 65 537, big-endian. */
const EXPONENT = new Uint8Array([1, 0, 1]);

export const systemPorts: CertificatePorts = {
  now: Date.now,
  randomBytes: (length) => new Uint8Array(randomBytes(length)),
  generateKeys: (modulusLength) =>
    webcrypto.subtle.generateKey({ ...SIGNING, modulusLength, publicExponent: EXPONENT }, true, ['sign', 'verify']),
};
