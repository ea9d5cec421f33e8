/** Whether the broker really shares: some grant `$share` subscriptions and never deliver. */
import { createMessage } from '@cotbus/contracts';
import type { Bus } from './bus.ts';
import type { Clock } from './clock.ts';

/** A broker within reach delivers in milliseconds. */
const PROOF_TIMEOUT_MS = 2_000;

/**
 * Sends a message to itself through a group of its own.
 * @param random uniform in [0, 1)
 * @returns whether it came within two seconds of the bus being connected.
 */
export const proveSharing = async (bus: Bus, clock: Clock, random: () => number): Promise<boolean> => {
  const id = `proof-${Math.floor(random() * 2 ** 48).toString(16)}`;
  return new Promise<boolean>((resolve, reject) => {
    const ask = (): void => {
      if (!bus.connected) return;
      bus.publish('reply', createMessage('reply', { id, ok: true }));
      clock.after(PROOF_TIMEOUT_MS, () => resolve(false));
    };
    bus.onConnection(ask);
    bus.subscribe('reply', { id }, () => resolve(true), { group: id }).then(ask, reject);
  });
};
