/** Which items a sink has already taken. */
import type { ItemId } from '@cotbus/contracts';
import { touch } from './touch.ts';

/** An origin that starts more often than this within the memory of a sink has other troubles. */
const MAX_INCARNATIONS = 64;
/** Seqs of one page: one bit each. */
const PAGE_SEQS = 1024;
/** Pages of one incarnation: 65 536 seqs, more than any window of items under way. */
const MAX_PAGES = 64;

export interface SeenItems {
  /** True once for each item; then false for as long as it is remembered. */
  firstSight(id: ItemId): boolean;
}

/** Bounded memory: 65 536 seqs in each of 64 incarnations, under a megabyte in all; least recently used go first. */
export const createSeenItems = (): SeenItems => {
  const incarnations = new Map<string, Map<number, Uint32Array>>();
  return {
    firstSight: ({ origin, incarnation, nonce, seq }) => {
      const pages = touch(incarnations, `${origin}/${incarnation}.${nonce}`, MAX_INCARNATIONS, () => new Map());
      const page = touch(
        pages,
        Math.floor(seq / PAGE_SEQS),
        MAX_PAGES,
        (): Uint32Array => new Uint32Array(PAGE_SEQS / 32),
      );
      const bit = seq % PAGE_SEQS;
      const word = Math.floor(bit / 32);
      const mask = 1 << (bit % 32);
      const before = page[word] ?? 0;
      page[word] = before | mask;
      return (before & mask) === 0;
    },
  };
};
