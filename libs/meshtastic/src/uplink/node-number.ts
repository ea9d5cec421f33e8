/** The number under which a host without a radio is a node of the mesh. */
import { isNode } from './envelope.ts';

/** Of the reflected CRC-32 of IEEE 802.3. */
const POLYNOMIAL = 0xedb8_8320;

/**
 * A node number out of a secret or public key that is kept with it: CRC-32 of its bytes, as firmware from 2.8 on makes
 * its own of its public key. Numbers that no node may have are passed over by a byte behind the seed: 1, since
 * zeros leave the checksum ffffffff as it is.
 * @param seed at least 16 random bytes, or two hosts may meet.
 */
export const nodeFromSeed = (seed: Uint8Array): number => {
  let num = crc32(seed);
  for (let grown = seed; !isNode(num); num = crc32(grown)) grown = Uint8Array.of(...grown, 1);
  return num;
};

const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  return ~crc >>> 0;
};
