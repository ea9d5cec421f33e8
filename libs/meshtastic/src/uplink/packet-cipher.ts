/** How the packets of a channel are encrypted: AES-CTR, without any check of the result (MeshPacket.encrypted). */

/**
 * AES in counter mode; the same both ways.
 * @param key 16 or 32 bytes.
 * @param counter the first counter block, 16 bytes; counted up as one big-endian number.
 * @returns as many bytes as it was given, in an array of its own.
 */
export type AesCtr = (key: Uint8Array, counter: Uint8Array, bytes: Uint8Array) => Uint8Array;

/** What makes a packet's key stream its own: an id must never come twice from one node. */
export interface PacketName {
  readonly from: number;
  readonly id: number;
}

const COUNTER_BYTES = 16;

/** Packet id (64 bits, little endian), sender (32 bits, little endian), block counter (32 bits, 0). */
export const firstCounter = ({ from, id }: PacketName): Uint8Array => {
  const counter = new Uint8Array(COUNTER_BYTES);
  const view = new DataView(counter.buffer);
  view.setUint32(0, id, true);
  view.setUint32(8, from, true);
  return counter;
};

/** Encrypts an encoded Data, or decrypts it. @param key expanded; an empty one changes nothing. */
export const cryptPacket = (aesCtr: AesCtr, key: Uint8Array, name: PacketName, bytes: Uint8Array): Uint8Array =>
  key.length === 0 ? Uint8Array.from(bytes) : aesCtr(key, firstCounter(name), bytes);
