import type { CertificatePorts } from './ports.ts';

/** 32 characters that nobody takes for another one when he reads them out. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const LENGTH = 20;

/** 100 bits. Plain ASCII letters: PKCS#12 readers differ about everything else. */
export const makePassphrase = ({ randomBytes }: Pick<CertificatePorts, 'randomBytes'>): string =>
  Array.from(randomBytes(LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
