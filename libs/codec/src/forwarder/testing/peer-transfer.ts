/** Transfers of our own and fragments as the phone app and the ATAK plugin choose them: seeds by counting, not by what they give. */
import type { CotEvent } from '@cotbus/contracts';
import { sampleEvent } from '../../testing/samples.ts';
import { blockIndices, firstSeed } from '../block-choice.ts';
import { encodeForwarder } from '../forwarder.ts';
import type { Audience, EncodedForwarder } from '../forwarder.ts';
import { buildFragment, readFragment } from '../fragment.ts';
import type { Fragment } from '../fragment.ts';
import { createJavaRandom } from '../java-random.ts';

const SEED_STEP = 7919;

export const peerSeeds = (transferId: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => (firstSeed(transferId) + at * SEED_STEP) % 65536);

export const peerFragments = (
  message: Uint8Array,
  {
    transferId,
    blockBytes,
    count,
  }: { readonly transferId: number; readonly blockBytes: number; readonly count: number },
): readonly Uint8Array[] => {
  const sourceBlocks = Math.max(1, Math.ceil(message.length / blockBytes));
  return peerSeeds(transferId, count).map((seed, at) => {
    const block = new Uint8Array(blockBytes);
    for (const index of blockIndices(seed, sourceBlocks, at === 0)) {
      for (let i = 0; i < blockBytes; i += 1) {
        block[i] = (block[i] ?? 0) ^ (message[index * blockBytes + i] ?? 0);
      }
    }
    return buildFragment({ transferId, seed, sourceBlocks, totalBytes: message.length, block });
  });
};

/** Of the published end-to-end vector: a type byte and bytes that are no XML. */
export const VECTOR_MESSAGE = Uint8Array.from({ length: 501 }, (_, at) => (at === 0 ? 0 : (7 * (at - 1) + 3) % 256));
/** SHA-256 of it, its first 8 bytes. */
export const VECTOR_HASH = '3ce1721f1dc82929';

/** An event with so many characters of remarks that do not compress well: 6 bits of 8. The same at every call. */
export const textEvent = (length: number): CotEvent => {
  const random = createJavaRandom(length & 0xffff);
  const letters = Array.from({ length }, () => String.fromCharCode(48 + random.nextInt(64)).replace('<', '-'));
  const remarks = letters.join('').replaceAll('>', '+');
  return sampleEvent({ detail: `<contact callsign="ALPHA"/>${length === 0 ? '' : `<remarks>${remarks}</remarks>`}` });
};

/** @throws Error when it is refused */
export const encoded = (event: CotEvent, audience: Audience, transferId = 0x123456): EncodedForwarder => {
  const result = encodeForwarder(event, { audience, transferId });
  if (!result.ok) throw new Error(result.detail);
  return result;
};

/** @throws Error when it is none */
export const fragmentIn = (payload: Uint8Array | undefined): Fragment => {
  const read = readFragment(payload ?? new Uint8Array());
  if (!read.ok) throw new Error(read.detail);
  return read.fragment;
};
