/**
 * Fragments → messages. Every worker hears every fragment, of all radios and as often as their origins repeat them, in
 * any order, and a worker that starts anew hears them all again: what comes out depends on which fragments were heard
 * and on nothing else. Pure: no clock, no waiting; one call a fragment.
 */
import type { CotEvent } from '@cotbus/contracts';
import { MAX_COVERED_ITEMS, OPEN_TRANSFERS, WHOLE_TRANSFERS } from '../limits.ts';
import { refuse } from '../result.ts';
import type { Refused } from '../result.ts';
import { HASH_BYTES, buildAck } from './ack.ts';
import { blockIndices, firstSeed } from './block-choice.ts';
import { createEquations, equationBytes } from './equations.ts';
import type { Equations } from './equations.ts';
import { createFairStore } from './fair-store.ts';
import type { FairStore, StoreLimits } from './fair-store.ts';
import { readFragment, transferName } from './fragment.ts';
import type { Fragment } from './fragment.ts';
import { hexOf } from './hex.ts';
import { decodeMessage } from './message.ts';
import { sha256 } from './sha256.ts';

interface HeardFragment<T> {
  /** What the caller knows the fragment by; it comes back in `covers`. */
  readonly item: T;
  /** The name of `item`: equal for copies of it. */
  readonly key: string;
  readonly mesh: string;
  /** Node number. */
  readonly sender: number;
  readonly payload: Uint8Array;
  /** Monotonic milliseconds. */
  readonly nowMs: number;
}

/** A message that is whole. */
interface WholeTransfer {
  /** The same for every worker and radio, and for no other message: the fragments' transfer and a hash of the whole. */
  readonly transfer: string;
  /** Refused as decodeMessage does. */
  readonly result: { readonly ok: true; readonly event: CotEvent } | Refused;
  /** To be sent to everybody, if the sender shall stop repeating. Undefined when the message was refused. */
  readonly ack: Uint8Array | undefined;
}

export type Assembled<T> =
  /** Not whole yet: `have` of the `needed` independent fragments. `transfer` is that of `fragmentOf`. */
  | { readonly kind: 'progress'; readonly transfer: string; readonly have: number; readonly needed: number }
  /** This fragment made it whole. `covers`: every item heard of it, copies over other radios included. */
  | ({ readonly kind: 'whole'; readonly covers: readonly T[] } & WholeTransfer)
  /** It belongs to what is whole already. `covers`: itself alone. */
  | ({ readonly kind: 'surplus'; readonly covers: readonly T[] } & WholeTransfer)
  | { readonly kind: 'refused'; readonly refusal: Refused };

export interface FountainAssembler<T> {
  /** Refused: `garbled` (no fragment, or one that contradicts those before it). Never throws. */
  add(heard: HeardFragment<T>): Assembled<T>;
  /** Transfers that wait, transfers that are remembered as whole, and bytes of memory for both. */
  stats(): { readonly open: number; readonly whole: number; readonly bytes: number };
}

interface OpenTransfer<T> {
  readonly equations: Equations;
  readonly items: Map<string, T>;
}

interface DoneTransfer {
  readonly whole: WholeTransfer;
  /** All source blocks behind one another: what a late fragment is compared with. */
  readonly blocks: Uint8Array;
}

interface State<T> {
  readonly open: FairStore<OpenTransfer<T>>;
  readonly done: FairStore<DoneTransfer>;
}

/** Bytes of memory that a remembered item takes, about. */
const ITEM_BYTES = 256;
/** ... and the place for an equation that is still missing. */
const ROW_BYTES = 8;

/** @param limits of what is assembled and of what is remembered; the default is meant for a worker */
export const createFountainAssembler = <T>(
  limits: { readonly open: StoreLimits; readonly done: StoreLimits } = { open: OPEN_TRANSFERS, done: WHOLE_TRANSFERS },
): FountainAssembler<T> => {
  const state: State<T> = { open: createFairStore(limits.open), done: createFairStore(limits.done) };
  const { open, done } = state;
  return {
    add: (heard) => add(state, heard),
    stats: () => ({ open: open.size, whole: done.size, bytes: open.bytes + done.bytes }),
  };
};

const add = <T>({ open, done }: State<T>, heard: HeardFragment<T>): Assembled<T> => {
  const read = readFragment(heard.payload);
  if (!read.ok) return { kind: 'refused', refusal: read };
  const { fragment } = read;
  const { nowMs, mesh, sender } = heard;
  open.expire(nowMs);
  done.expire(nowMs);
  const name = transferName(mesh, sender, fragment);
  const indices = indicesOf(fragment);
  const known = done.get(name);
  // Otherwise the sender uses its number again, for something else of the same length.
  if (known !== undefined && isSumOf(known.blocks, indices, fragment.block)) {
    return { kind: 'surplus', covers: [heard.item], ...known.whole };
  }
  const transfer = open.get(name) ?? begin<T>(fragment);
  if (transfer.equations.add(indices, fragment.block) === 'contradiction') return refuseContradiction(fragment);
  if (transfer.items.size < MAX_COVERED_ITEMS) transfer.items.set(heard.key, heard.item);
  const owner = `${mesh}/${sender}`;
  const { sourceBlocks } = fragment;
  if (transfer.equations.rank < sourceBlocks) {
    open.put(name, owner, transfer, openBytes(transfer, fragment), nowMs);
    return { kind: 'progress', transfer: name, have: transfer.equations.rank, needed: sourceBlocks };
  }
  const finished = finish(name, fragment, transfer.equations);
  open.delete(name);
  done.put(name, owner, finished, doneBytes(finished), nowMs);
  return { kind: 'whole', covers: [...transfer.items.values()], ...finished.whole };
};

const begin = <T>({ sourceBlocks, block }: Fragment): OpenTransfer<T> => ({
  equations: createEquations(sourceBlocks, block.length),
  items: new Map(),
});

const indicesOf = ({ seed, transferId, sourceBlocks }: Fragment): readonly number[] =>
  blockIndices(seed, sourceBlocks, seed === firstSeed(transferId));

const isSumOf = (blocks: Uint8Array, indices: readonly number[], sum: Uint8Array): boolean =>
  sum.every((byte, at) => {
    let value = 0;
    for (const index of indices) value ^= blocks[index * sum.length + at] ?? 0;
    return value === byte;
  });

const refuseContradiction = ({ transferId }: Fragment): Assembled<never> => {
  const id = transferId.toString(16).padStart(6, '0');
  return {
    kind: 'refused',
    refusal: refuse('garbled', `a fragment that contradicts earlier ones of transfer ${id}`),
  };
};

const finish = (name: string, fragment: Fragment, equations: Equations): DoneTransfer => {
  const { transferId, sourceBlocks, totalBytes } = fragment;
  const blocks = equations.solve();
  const message = blocks.subarray(0, totalBytes);
  const hash = sha256(message).subarray(0, HASH_BYTES);
  const result = decodeMessage(message);
  const ack = result.ok
    ? buildAck({ transferId, kind: 'complete', received: sourceBlocks, needed: 0, hash })
    : undefined;
  return { blocks, whole: { transfer: `${name}-${hexOf(hash)}`, result, ack } };
};

const openBytes = ({ equations, items }: OpenTransfer<unknown>, { sourceBlocks, block }: Fragment): number =>
  sourceBlocks * ROW_BYTES + equations.rank * equationBytes(sourceBlocks, block.length) + items.size * ITEM_BYTES;

const doneBytes = ({ blocks, whole: { result } }: DoneTransfer): number =>
  blocks.length + ITEM_BYTES + (result.ok ? 2 * result.event.detail.length : 0);
