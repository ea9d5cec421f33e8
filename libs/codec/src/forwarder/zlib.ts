/** Compressed text, read within bounds. */
import { Inflate, zlibSync } from 'fflate';
import { MAX_INFLATED_BYTES } from '../limits.ts';

/** Compressed bytes are handed over in steps of this: what one step can become (1032 for one) bounds time and memory. */
const STEP_BYTES = 2048;

const HEADER_BYTES = 2;
const CHECKSUM_BYTES = 4;

export type Inflated =
  | { readonly ok: true; readonly bytes: Uint8Array }
  /** `too_large` is known before the input is at its end; `damaged`: the bytes are no such stream. */
  | { readonly ok: false; readonly fault: 'too_large' | 'damaged' };

const DAMAGED: Inflated = { ok: false, fault: 'damaged' };

/** A stream of RFC 1951, at most MAX_INFLATED_BYTES of it. Its end may be missing: nothing in it would say so. */
export const inflateRaw = (deflated: Uint8Array): Inflated => {
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Inflate((part) => {
    parts.push(part);
    length += part.length;
  });
  try {
    for (let at = 0; at < deflated.length; at += STEP_BYTES) {
      stream.push(deflated.subarray(at, at + STEP_BYTES), at + STEP_BYTES >= deflated.length);
      if (length > MAX_INFLATED_BYTES) return { ok: false, fault: 'too_large' };
    }
  } catch {
    return DAMAGED;
  }
  return { ok: true, bytes: join(parts, length) };
};

const join = (parts: readonly Uint8Array[], length: number): Uint8Array => {
  const [first = new Uint8Array()] = parts;
  if (first.length === length) return first;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** A container of RFC 1950 that needs no dictionary. */
export const isZlib = (bytes: Uint8Array): boolean => {
  const [method = 0, flags = 0] = bytes;
  const needsDictionary = (flags & 0x20) !== 0;
  return (method & 0x0f) === 8 && method >>> 4 <= 7 && (method * 256 + flags) % 31 === 0 && !needsDictionary;
};

/** A whole container of RFC 1950. Its checksum is the only one that a transfer over the air has, so it must be right. */
export const inflateZlib = (bytes: Uint8Array): Inflated => {
  if (!isZlib(bytes) || bytes.length < HEADER_BYTES + CHECKSUM_BYTES) return DAMAGED;
  const end = bytes.length - CHECKSUM_BYTES;
  const inflated = inflateRaw(bytes.subarray(HEADER_BYTES, end));
  if (!inflated.ok) return inflated;
  const checksum = new DataView(bytes.buffer, bytes.byteOffset + end).getUint32(0);
  return adler32(inflated.bytes) === checksum ? inflated : DAMAGED;
};

/** The same bytes for the same text on every machine. */
export const deflateZlib = (bytes: Uint8Array): Uint8Array => zlibSync(bytes, { level: 9 });

/** The largest prime below 2^16. */
const ADLER_MODULUS = 65521;
/** As many bytes may be added before the sums pass 2^32. */
const ADLER_RUN_BYTES = 5552;

const adler32 = (bytes: Uint8Array): number => {
  let low = 1;
  let high = 0;
  for (let from = 0; from < bytes.length; from += ADLER_RUN_BYTES) {
    for (const byte of bytes.subarray(from, from + ADLER_RUN_BYTES)) {
      low += byte;
      high += low;
    }
    low %= ADLER_MODULUS;
    high %= ADLER_MODULUS;
  }
  return high * 65536 + low;
};
