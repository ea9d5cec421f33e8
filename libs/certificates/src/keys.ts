/** RSA keys as the makers of certificates want them, and as files hold them. */
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import { SIGNING } from './ports.ts';

/** PKCS#8, unencrypted. */
export const keyPem = async (key: webcrypto.CryptoKey): Promise<string> => {
  const body = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${body.replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
};

/** @param pem of an RSA key. Throws what Node throws for anything else. */
export const importKeys = async (pem: string): Promise<webcrypto.CryptoKeyPair> => {
  const pkcs8 = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(pem).export({ type: 'spki', format: 'der' });
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('pkcs8', pkcs8, SIGNING, true, ['sign']),
    webcrypto.subtle.importKey('spki', spki, SIGNING, true, ['verify']),
  ]);
  return { privateKey, publicKey };
};
