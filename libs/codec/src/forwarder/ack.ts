/**
 * The answer to a fountain transfer. Numbers are big endian.
 *
 * | offset | bytes | field |
 * |---|---|---|
 * | 0 | 3 | `FTN` |
 * | 3 | 3 | transfer id |
 * | 6 | 1 | 2: complete, 3: need more |
 * | 7 | 2 | blocks received |
 * | 9 | 2 | blocks still needed |
 * | 11 | 8 | first bytes of the whole's SHA-256; zeros while it is not whole |
 */
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { ACK_BYTES, isFountain, putMagic, readNumber } from './fragment.ts';

export interface Ack {
  /** 24 bits. */
  readonly transferId: number;
  readonly kind: 'complete' | 'need_more';
  /** Blocks; the phone app always says 0. */
  readonly received: number;
  readonly needed: number;
  /** 8 bytes. Equal to that of the transfer sent, or the receiver has something else. */
  readonly hash: Uint8Array;
}

export const HASH_BYTES = 8;
const HASH_AT = ACK_BYTES - HASH_BYTES;
const COMPLETE = 2;
const NEED_MORE = 3;

/** Refused: `garbled` (of another length or an unknown type). */
export const readAck = (payload: Uint8Array): { readonly ok: true; readonly ack: Ack } | Refused => {
  const type = payload[6];
  if (!isFountain(payload) || payload.length !== ACK_BYTES || (type !== COMPLETE && type !== NEED_MORE)) {
    return refuse('garbled', `no acknowledgement: ${payload.length} bytes, type ${type ?? 'missing'}`);
  }
  const ack: Ack = {
    transferId: readNumber(payload, 3, 3),
    kind: type === COMPLETE ? 'complete' : 'need_more',
    received: readNumber(payload, 7, 2),
    needed: readNumber(payload, 9, 2),
    hash: payload.slice(HASH_AT),
  };
  return { ok: true, ack };
};

export const buildAck = ({ transferId, kind, received, needed, hash }: Ack): Uint8Array => {
  const payload = new Uint8Array(ACK_BYTES);
  putMagic(payload, transferId);
  const type = kind === 'complete' ? COMPLETE : NEED_MORE;
  payload.set([type, received >>> 8, received & 0xff, needed >>> 8, needed & 0xff], 6);
  payload.set(hash.subarray(0, HASH_BYTES), HASH_AT);
  return payload;
};
