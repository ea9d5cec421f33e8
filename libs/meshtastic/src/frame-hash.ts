/**
 * The name of a frame on a mesh: the same for every agent that hears it, different for others but for one in 2^64.
 * It identifies; it does not authenticate: whoever wants to can make two frames with one hash.
 */

/** What the hash covers. */
export interface HashedFrame {
  readonly mesh: string;
  readonly from: number;
  readonly packetId: number;
  readonly payload: Uint8Array;
}

/**
 * 64 bits. Two lanes of 32 take the same words with other constants and feed each other: a step can be undone, so
 * nothing is lost on the way. Words: length of the mesh name, its UTF-16 units, sender, packet id, length of the
 * payload, its bytes by four (little endian, the last filled with zeros).
 */
export const frameHash = ({ mesh, from, packetId, payload }: HashedFrame): bigint => {
  const lanes = { a: 0x9e37_79b9, b: 0x85eb_ca6b };
  mix(lanes, mesh.length);
  for (let at = 0; at < mesh.length; at += 1) mix(lanes, mesh.charCodeAt(at));
  mix(lanes, from);
  mix(lanes, packetId);
  mix(lanes, payload.length);
  for (let at = 0; at < payload.length; at += 4) mix(lanes, wordAt(payload, at));
  // Twice, so that the last word reaches every bit of both lanes.
  mix(lanes, 0);
  mix(lanes, 0);
  return (BigInt(scatter(lanes.a)) << 32n) | BigInt(scatter(lanes.b));
};

const mix = (lanes: { a: number; b: number }, word: number): void => {
  lanes.a = Math.imul(rotate(lanes.a ^ Math.imul(word, 0xcc9e_2d51), 13) + lanes.b, 0x1b87_3593);
  lanes.b = Math.imul(rotate(lanes.b ^ Math.imul(word, 0x9e37_79b1), 17) ^ lanes.a, 0xc2b2_ae3d);
};

const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

const scatter = (word: number): number => {
  const half = Math.imul(word ^ (word >>> 16), 0x7feb_352d);
  const most = Math.imul(half ^ (half >>> 15), 0x846c_a68b);
  return (most ^ (most >>> 16)) >>> 0;
};
