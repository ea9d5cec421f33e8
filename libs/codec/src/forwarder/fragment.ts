/**
 * One fragment of a fountain transfer on port 257. Numbers are big endian; there is no checksum.
 *
 * | offset | bytes | field |
 * |---|---|---|
 * | 0 | 3 | `FTN` |
 * | 3 | 3 | transfer id |
 * | 6 | 2 | seed: which source blocks are summed |
 * | 8 | 1 | number of source blocks K, 1 to 255 |
 * | 9 | 2 | bytes of the whole, the last block's padding not counted |
 * | 11 | any | XOR of the source blocks; as long as a block |
 */
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { hexOf } from './hex.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { sha256 } from './sha256.ts';

export interface Fragment {
  /** 24 bits. */
  readonly transferId: number;
  /** 16 bits. */
  readonly seed: number;
  /** K: at least as many fragments make it whole. */
  readonly sourceBlocks: number;
  readonly totalBytes: number;
  /** A view into the payload. */
  readonly block: Uint8Array;
}

export const HEADER_BYTES = 11;
/** The length alone tells an acknowledgement from a fragment. */
export const ACK_BYTES = 19;
const MAGIC = [0x46, 0x54, 0x4e] as const;

/** A fragment or an acknowledgement. */
export const isFountain = (payload: Uint8Array): boolean => MAGIC.every((byte, at) => payload[at] === byte);

export const putMagic = (payload: Uint8Array, transferId: number): void => {
  payload.set([...MAGIC, (transferId >>> 16) & 0xff, (transferId >>> 8) & 0xff, transferId & 0xff]);
};

/** Big endian. */
export const readNumber = (payload: Uint8Array, at: number, bytes: number): number => {
  let value = 0;
  for (let i = at; i < at + bytes; i += 1) value = value * 256 + (payload[i] ?? 0);
  return value;
};

/** Refused: `garbled` (no fragment, or its numbers cannot belong together). */
export const readFragment = (payload: Uint8Array): { readonly ok: true; readonly fragment: Fragment } | Refused => {
  if (!isFountain(payload) || payload.length <= HEADER_BYTES || payload.length === ACK_BYTES) {
    return refuse('garbled', `no fragment: ${payload.length} bytes`);
  }
  const fragment = {
    transferId: readNumber(payload, 3, 3),
    seed: readNumber(payload, 6, 2),
    sourceBlocks: readNumber(payload, 8, 1),
    totalBytes: readNumber(payload, 9, 2),
    block: payload.subarray(HEADER_BYTES),
  };
  const { sourceBlocks, totalBytes, block } = fragment;
  const fits = totalBytes > (sourceBlocks - 1) * block.length && totalBytes <= sourceBlocks * block.length;
  return sourceBlocks > 0 && totalBytes > 0 && fits
    ? { ok: true, fragment }
    : refuse('garbled', `fragment: ${totalBytes} bytes in ${sourceBlocks} blocks of ${block.length}`);
};

export const buildFragment = ({ transferId, seed, sourceBlocks, totalBytes, block }: Fragment): Uint8Array => {
  const payload = new Uint8Array(HEADER_BYTES + block.length);
  putMagic(payload, transferId);
  payload.set([seed >>> 8, seed & 0xff, sourceBlocks, totalBytes >>> 8, totalBytes & 0xff], 6);
  payload.set(block, HEADER_BYTES);
  return payload;
};

/**
 * The name of a fragment's transfer: the same for every radio and worker that hears one of its fragments. 43 characters
 * of hex digits and `-`. Senders draw the transfer id at random and use it again only to repeat; lengths that differ
 * make it another transfer.
 */
export const transferName = (mesh: string, sender: number, fragment: Fragment): string => {
  const { transferId, sourceBlocks, totalBytes, block } = fragment;
  const meshHash = sha256(getTextEncoding().encodeUtf8(mesh)).subarray(0, 8);
  const shape = digits(sourceBlocks, 2) + digits(totalBytes, 4) + digits(block.length, 4);
  return `${hexOf(meshHash)}-${digits(sender, 8)}-${digits(transferId, 6)}-${shape}`;
};

const digits = (value: number, count: number): string => value.toString(16).padStart(count, '0');

/**
 * What an agent asks of a payload of port 257 before it makes an item of it: which transfer it is a fragment of, and how
 * many make it whole. Undefined for what stands for itself: messages, acknowledgements, other formats, broken fragments.
 * @param sender node number
 */
export const fragmentOf = (
  mesh: string,
  sender: number,
  payload: Uint8Array,
): { readonly transfer: string; readonly needed: number } | undefined => {
  if (!isFountain(payload)) return undefined;
  const read = readFragment(payload);
  return read.ok
    ? { transfer: transferName(mesh, sender, read.fragment), needed: read.fragment.sourceBlocks }
    : undefined;
};
