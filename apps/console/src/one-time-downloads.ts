/** Files that one person may fetch once, by a link that nobody can guess, and for a short time. In memory alone. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '@cotbus/service';

/** Long enough to pick up a phone and scan a code. */
export const OFFER_MS = 15 * 60_000;
/** Everybody of a team at once; the oldest goes. */
const MAX_OFFERS = 50;
const TOKEN_BYTES = 24;
const SWEEP_MS = 60_000;

interface Offered {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

export interface OneTimeDownloads {
  /** @returns the secret of its link */
  offer(file: Offered): string;
  /**
   * Takes it, for nobody else meanwhile. To be ended with whether all of it went out: a transfer that broke may be tried
   * again, one that was whole never.
   * @returns undefined when there is no such file any more
   */
  take(token: string): { readonly file: Offered; readonly end: (isWhole: boolean) => void } | undefined;
  /** There is one, and nobody fetches it at the moment. */
  has(token: string): boolean;
  close(): void;
}

export const createOneTimeDownloads = (clock: Clock): OneTimeDownloads => {
  const offers = new Map<string, { readonly file: Offered; readonly untilMs: number; isTaken: boolean }>();
  const sweep = (): void => {
    for (const [token, { untilMs }] of offers) if (clock.monotonic() >= untilMs) offers.delete(token);
  };
  const free = (token: string) => {
    sweep();
    const offer = offers.get(token);
    return offer === undefined || offer.isTaken ? undefined : offer;
  };
  const endSweep = clock.every(SWEEP_MS, sweep);
  return {
    offer: (file) => {
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      offers.set(token, { file, untilMs: clock.monotonic() + OFFER_MS, isTaken: false });
      const oldest = offers.size > MAX_OFFERS ? offers.keys().next().value : undefined;
      if (oldest !== undefined) offers.delete(oldest);
      return token;
    },
    take: (token) => {
      const offer = free(token);
      if (offer === undefined) return undefined;
      offer.isTaken = true;
      return {
        file: offer.file,
        end: (isWhole) => {
          if (isWhole) offers.delete(token);
          else offer.isTaken = false;
        },
      };
    },
    has: (token) => free(token) !== undefined,
    close: () => {
      endSweep();
      offers.clear();
    },
  };
};
