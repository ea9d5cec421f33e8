/**
 * Bytes for one reader, over a bus that others may read: the reader makes a pair of keys for one question, and only who
 * holds it opens the answer. X25519 with a fresh key for each answer, HKDF-SHA-256, AES-256-GCM.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const PURPOSE = 'cotbus sealed reply';
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** DER of an X25519 public key (RFC 8410). */
const SPKI_BYTES = 44;

export interface SealedReader {
  /** What the question carries: SPKI in base64url. */
  readonly seal: string;
  /** @returns undefined when they were not sealed for this reader, or are damaged. */
  open(sealed: Uint8Array): Uint8Array | undefined;
}

export const createSealedReader = (): SealedReader => {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const own = spkiOf(publicKey);
  return {
    seal: own.toString('base64url'),
    open: (sealed) => {
      try {
        const bytes = Buffer.from(sealed);
        const other = bytes.subarray(0, SPKI_BYTES);
        const nonce = bytes.subarray(SPKI_BYTES, SPKI_BYTES + NONCE_BYTES);
        const key = keyOf(privateKey, publicKeyOf(other), [other, own]);
        const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
        const content = bytes.subarray(SPKI_BYTES + NONCE_BYTES, -TAG_BYTES);
        return new Uint8Array(Buffer.concat([decipher.update(content), decipher.final()]));
      } catch {
        return undefined;
      }
    },
  };
};

/** @param seal of the reader. @returns undefined when it is no such key */
export const sealFor = (seal: string, bytes: Uint8Array): Uint8Array | undefined => {
  try {
    const reader = Buffer.from(seal, 'base64url');
    const { publicKey, privateKey } = generateKeyPairSync('x25519');
    const own = spkiOf(publicKey);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, keyOf(privateKey, publicKeyOf(reader), [own, reader]), nonce);
    const content = Buffer.concat([cipher.update(bytes), cipher.final()]);
    return new Uint8Array(Buffer.concat([own, nonce, content, cipher.getAuthTag()]));
  } catch {
    return undefined;
  }
};

const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

/** @throws when it is none */
const publicKeyOf = (spki: Uint8Array): KeyObject => {
  const key = createPublicKey({ key: Buffer.from(spki), type: 'spki', format: 'der' });
  if (key.asymmetricKeyType !== 'x25519') throw new TypeError('not an X25519 key');
  return key;
};

/** Bound to both keys: an answer cannot be passed off as one to another question. */
const keyOf = (privateKey: KeyObject, publicKey: KeyObject, keys: readonly Uint8Array[]): Buffer =>
  Buffer.from(hkdfSync('sha256', diffieHellman({ privateKey, publicKey }), Buffer.concat(keys), PURPOSE, KEY_BYTES));
