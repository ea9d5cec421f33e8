/** Rule 10, the origin's part: how far a transfer came, for the outcome of its fragments: `incomplete n of K`. */
import { touch } from '../touch.ts';
import type { FragmentOf } from './origin-records.ts';

/** A transfer is a few dozen fragments and a mesh carries few at a time. */
const MAX_TRANSFERS = 1024;

export interface TransferProgress {
  heard(fragment: FragmentOf): void;
  /** `3 of 7 fragments`, `3 fragments` while nobody said how many it takes. */
  text(transfer: string): string;
}

export const createTransferProgress = (): TransferProgress => {
  const transfers = new Map<string, { heard: number; needed: number | undefined }>();
  return {
    heard: ({ transfer, needed }) => {
      const progress = touch(transfers, transfer, MAX_TRANSFERS, () => ({ heard: 0, needed: undefined }));
      progress.heard += 1;
      if (needed !== undefined) progress.needed = needed;
    },
    text: (transfer) => {
      const { heard, needed } = transfers.get(transfer) ?? { heard: 1, needed: undefined };
      return needed === undefined ? `${heard} fragments` : `${heard} of ${needed} fragments`;
    },
  };
};
