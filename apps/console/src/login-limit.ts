/** Holds back who tries tokens. Pure, but for its clock. */
import type { Clock } from '@cotbus/service';
import { createTtlMap } from '@cotbus/service';

/** Wrong tokens in a row from one address; a person pastes the wrong one a few times. */
export const MAX_FAILURES = 10;
/** From the last wrong one on. */
export const FORGET_MS = 60_000;
/** Addresses remembered. Who has more of them still guesses at 144 bits. */
const MAX_ADDRESSES = 1000;

export interface LoginLimit {
  /** Whether this address has to wait. */
  isHeld(address: string): boolean;
  failed(address: string): void;
}

export const createLoginLimit = (clock: Clock): LoginLimit => {
  const failures = createTtlMap<string, number>({ ttlMs: FORGET_MS, maxEntries: MAX_ADDRESSES, clock });
  return {
    isHeld: (address) => (failures.get(address) ?? 0) >= MAX_FAILURES,
    failed: (address) => failures.set(address, (failures.get(address) ?? 0) + 1),
  };
};
