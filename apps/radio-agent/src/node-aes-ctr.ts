/** AES-CTR of node:crypto, for the channels of an uplink. */
import { createCipheriv } from 'node:crypto';
import type { AesCtr } from '@cotbus/meshtastic';

export const nodeAesCtr: AesCtr = (key, counter, bytes) =>
  new Uint8Array(createCipheriv(`aes-${key.length * 8}-ctr`, key, counter).update(bytes));
