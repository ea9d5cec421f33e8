/**
 * Port 257: an event as compressed XML, in one frame or in the fragments of a fountain transfer. Apps differ in the type
 * byte of a direct message and in the length of a block; what one sends with the other's, that app does not read.
 */
import type { CotEvent } from '@cotbus/contracts';
import { MAX_SOURCE_BLOCKS, MAX_TRANSFER_BYTES } from '../limits.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { HASH_BYTES, readAck } from './ack.ts';
import type { Ack } from './ack.ts';
import { blockIndices, firstSeed } from './block-choice.ts';
import { ACK_BYTES, HEADER_BYTES, buildFragment, isFountain, readFragment } from './fragment.ts';
import type { Fragment } from './fragment.ts';
import { COT_TYPE, decodeMessage, encodeBody } from './message.ts';
import { refuseOtherFormat } from './other-formats.ts';
import { seedPlan } from './seed-plan.ts';
import { sha256 } from './sha256.ts';

export type ForwarderMessage =
  | { readonly ok: true; readonly kind: 'event'; readonly event: CotEvent }
  /** For the assembler. */
  | { readonly ok: true; readonly kind: 'fragment'; readonly fragment: Fragment }
  /** Somebody's answer to a transfer. */
  | { readonly ok: true; readonly kind: 'ack'; readonly ack: Ack }
  | Refused;

/** One payload of port 257. Refused: as `decodeMessage`, and what other programs send there, by its name. */
export const decodeForwarder = (payload: Uint8Array): ForwarderMessage => {
  if (isFountain(payload)) {
    if (payload.length !== ACK_BYTES) {
      const read = readFragment(payload);
      return read.ok ? { ok: true, kind: 'fragment', fragment: read.fragment } : read;
    }
    const read = readAck(payload);
    return read.ok ? { ok: true, kind: 'ack', ack: read.ack } : read;
  }
  const other = refuseOtherFormat(payload);
  if (other !== undefined) return other;
  const decoded = decodeMessage(payload);
  return decoded.ok ? { ok: true, kind: 'event', event: decoded.event } : decoded;
};

/** `apple`: the phone app on iOS. `plugin`: the ATAK plugin from 1.1.40, and what is made after it. */
export type Audience = 'apple' | 'plugin';

interface Form {
  /** A direct message starts with the type byte. */
  readonly hasType: boolean;
  /** Of a fountain transfer; it reads no other. */
  readonly blockBytes: number;
  /** How many times its length a message may inflate to. */
  readonly maxRatio: number;
}

const forms: Readonly<Record<Audience, Form>> = {
  apple: { hasType: true, blockBytes: 220, maxRatio: 40 },
  plugin: { hasType: false, blockBytes: 214, maxRatio: Number.POSITIVE_INFINITY },
};

export interface EncodedForwarder {
  readonly ok: true;
  /** Payloads in the order in which to send them: 1, or at least 3. The sender may stop when the transfer is complete. */
  readonly payloads: readonly Uint8Array[];
  /** Of a fountain transfer: its answers say the same. */
  readonly transfer: { readonly id: number; readonly hash: Uint8Array } | undefined;
}

/**
 * The event with its whole detail; its times must be absolute (`stampEvent`). The same arguments give the same bytes.
 * Refused: `too_large` ("n of m bytes").
 * @param transferId used if it takes more than one frame; its low 24 bits count. Draw it at random: for receivers equal
 * ones within half an hour are one transfer
 */
export const encodeForwarder = (
  event: CotEvent,
  { audience, transferId }: { readonly audience: Audience; readonly transferId: number },
): EncodedForwarder | Refused => {
  const { hasType, blockBytes, maxRatio } = forms[audience];
  const encoded = encodeBody(event);
  if (!encoded.ok) return encoded;
  const { body, xmlBytes } = encoded;
  if (xmlBytes > maxRatio * body.length) {
    return refuse('too_large', `${xmlBytes} of ${maxRatio * body.length} bytes of XML that the app inflates`);
  }
  const typed = new Uint8Array(1 + body.length);
  typed[0] = COT_TYPE;
  typed.set(body, 1);
  const direct = hasType ? typed : body;
  // As long as a fragment at most. So a transfer has at least two blocks: with one the phone app crashes.
  if (direct.length <= HEADER_BYTES + blockBytes) return { ok: true, payloads: [direct], transfer: undefined };
  const maxBytes = Math.min(MAX_TRANSFER_BYTES, MAX_SOURCE_BLOCKS * blockBytes);
  return typed.length > maxBytes
    ? refuse('too_large', `${typed.length} of ${maxBytes} bytes`)
    : encodeTransfer(typed, transferId & 0xffffff, blockBytes);
};

const encodeTransfer = (message: Uint8Array, id: number, blockBytes: number): EncodedForwarder => {
  const sourceBlocks = Math.ceil(message.length / blockBytes);
  const forcedSeed = firstSeed(id);
  const payloads = seedPlan(sourceBlocks, forcedSeed).seeds.map((seed) =>
    buildFragment({
      transferId: id,
      seed,
      sourceBlocks,
      totalBytes: message.length,
      block: sumOf(message, blockBytes, blockIndices(seed, sourceBlocks, seed === forcedSeed)),
    }),
  );
  return { ok: true, payloads, transfer: { id, hash: sha256(message).slice(0, HASH_BYTES) } };
};

/** XOR of blocks; the last one is filled up with zeros. */
const sumOf = (message: Uint8Array, blockBytes: number, indices: readonly number[]): Uint8Array => {
  const sum = new Uint8Array(blockBytes);
  for (const index of indices) {
    const block = message.subarray(index * blockBytes, (index + 1) * blockBytes);
    for (const [at, byte] of block.entries()) sum[at] = (sum[at] ?? 0) ^ byte;
  }
  return sum;
};
