/** SHA-256 (FIPS 180-4), for names and acknowledgements. Synchronous, which the one of browsers is not. */

const isPrime = (n: number): boolean => {
  for (let d = 2; d * d <= n; d += 1) if (n % d === 0) return false;
  return true;
};

const primes = Array.from({ length: 310 }, (_, at) => at + 2).filter(isPrime);
const fractionBits = (root: number): number => Math.trunc((root % 1) * 2 ** 32);
/** The first 32 bits behind the point of the cube roots of the first 64 primes. */
const ROUNDS = Uint32Array.from(primes, (prime) => fractionBits(Math.cbrt(prime)));
/** The same of the square roots of the first 8. */
const START = Uint32Array.from(primes.slice(0, 8), (prime) => fractionBits(Math.sqrt(prime)));

const BLOCK_BYTES = 64;

/** 32 bytes. */
export const sha256 = (message: Uint8Array): Uint8Array => {
  const state = START.slice();
  const schedule = new Uint32Array(64);
  const whole = message.length - (message.length % BLOCK_BYTES);
  for (let at = 0; at < whole; at += BLOCK_BYTES) compress(state, schedule, message, at);
  const tail = padded(message, whole);
  for (let at = 0; at < tail.length; at += BLOCK_BYTES) compress(state, schedule, tail, at);
  const digest = new Uint8Array(32);
  const view = new DataView(digest.buffer);
  for (const [at, word] of state.entries()) view.setUint32(at * 4, word);
  return digest;
};

/** What is left of the message, a one bit, zeros, and the length in bits. */
const padded = (message: Uint8Array, from: number): Uint8Array => {
  const rest = message.length - from;
  const tail = new Uint8Array(rest + 9 > BLOCK_BYTES ? 2 * BLOCK_BYTES : BLOCK_BYTES);
  tail.set(message.subarray(from));
  tail[rest] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(message.length / 2 ** 29));
  view.setUint32(tail.length - 4, (message.length * 8) >>> 0);
  return tail;
};

const compress = (state: Uint32Array, schedule: Uint32Array, bytes: Uint8Array, from: number): void => {
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, BLOCK_BYTES);
  const word = (at: number): number => schedule[at] ?? 0;
  for (let at = 0; at < 16; at += 1) schedule[at] = view.getUint32(at * 4);
  for (let at = 16; at < 64; at += 1) {
    const [old, recent] = [word(at - 15), word(at - 2)];
    const spreadOld = rotate(old, 7) ^ rotate(old, 18) ^ (old >>> 3);
    const spreadRecent = rotate(recent, 17) ^ rotate(recent, 19) ^ (recent >>> 10);
    schedule[at] = word(at - 16) + spreadOld + word(at - 7) + spreadRecent;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < 64; at += 1) {
    const mixE = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + mixE + ((e & f) ^ (~e & g)) + (ROUNDS[at] ?? 0) + word(at)) | 0;
    const mixA = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (mixA + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [at, value] of [a, b, c, d, e, f, g, h].entries()) state[at] = (state[at] ?? 0) + value;
};

const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));
