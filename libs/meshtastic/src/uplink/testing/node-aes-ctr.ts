/** AES-CTR of Node, for the tests of a library that must not need Node. */
import { createCipheriv } from 'node:crypto';
import type { AesCtr } from '../packet-cipher.ts';

export const nodeAesCtr: AesCtr = (key, counter, bytes) =>
  Uint8Array.from(createCipheriv(`aes-${key.length * 8}-ctr`, key, counter).update(bytes));
