/** How packets of a channel are encrypted on the air and over MQTT: AES-CTR, counted on from packet id and sender. */
import { createCipheriv } from 'node:crypto';
import type { ChannelSecret } from '@cotbus/meshtastic';

const COUNTER_BYTES = 16;

/** An encoded Data encrypted, or decrypted: it is the same. */
export const cipher = (
  { key }: Pick<ChannelSecret, 'key'>,
  { id, from }: { readonly id: number; readonly from: number },
  bytes: Uint8Array,
): Uint8Array => {
  if (key.length === 0) return bytes;
  const counter = Buffer.alloc(COUNTER_BYTES);
  counter.writeUInt32LE(id, 0);
  counter.writeUInt32LE(from, 8);
  return new Uint8Array(createCipheriv(`aes-${key.length * 8}-ctr`, key, counter).update(bytes));
};
