/** Bytes with a few things wrong. */
import type { Random } from './random.ts';

/** Ends of ranges, and bytes that begin or end something in protobuf, zstd, zlib or XML. */
const BYTES = [0x00, 0x01, 0x02, 0x08, 0x0a, 0x1a, 0x28, 0x3c, 0x3d, 0x3e, 0x78, 0x7f, 0x80, 0xb5, 0xfd, 0xfe, 0xff];
/** Numbers as varints: 2^31, 2^32 - 1, 2^64 - 1, one that never ends. */
const VARINTS = [
  [0x80, 0x80, 0x80, 0x80, 0x08],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
];
/** A little more than the largest payload that is read. */
const MAX_BYTES = 4200;
const MAX_EDITS = 4;

type Edit = (bytes: number[], random: Random, other: Uint8Array) => void;

const edits: readonly Edit[] = [
  (bytes, random) => flip(bytes, random.below(bytes.length), 1 << random.below(8)),
  (bytes, random) => bytes.splice(random.below(bytes.length), 1, random.pick(BYTES)),
  (bytes, random) => bytes.splice(random.below(bytes.length), 1, random.below(256)),
  (bytes, random) => bytes.splice(random.below(bytes.length + 1), 0, random.pick(BYTES)),
  (bytes, random) => bytes.splice(random.below(bytes.length + 1), random.below(2), ...random.pick(VARINTS)),
  (bytes, random) => bytes.splice(random.below(bytes.length), 1 + random.below(8)),
  (bytes, random) => bytes.splice(random.below(bytes.length + 1)),
  (bytes, random) => {
    const at = random.below(bytes.length);
    const part = bytes.slice(at, at + 1 + random.below(40));
    bytes.splice(random.below(bytes.length + 1), 0, ...part);
  },
  (bytes, random, other) => {
    const at = random.below(other.length + 1);
    bytes.splice(random.below(bytes.length + 1), random.below(40), ...other.subarray(at, at + random.below(60)));
  },
  (bytes, random, other) =>
    bytes.splice(random.below(bytes.length + 1), bytes.length, ...other.subarray(random.below(other.length + 1))),
];

const flip = (bytes: number[], at: number, bits: number): void => {
  bytes[at] = (bytes[at] ?? 0) ^ bits;
};

/** @param other something of the same kind, of which pieces are taken */
export const mutateBytes = (random: Random, original: Uint8Array, other: Uint8Array): Uint8Array => {
  const bytes = [...original];
  for (let left = 1 + random.below(MAX_EDITS); left > 0; left -= 1) random.pick(edits)(bytes, random, other);
  return Uint8Array.from(bytes.slice(0, MAX_BYTES));
};
