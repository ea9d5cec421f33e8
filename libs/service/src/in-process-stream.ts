/** A connection to a broker in this process. */
import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';

/** Gives one end to the broker; both ends close together, as those of a socket do. @returns the other end. */
export const inProcessStream = (accept: (stream: Duplex) => void): Duplex => {
  const [near, far] = duplexPair();
  near.once('close', () => far.destroy());
  far.once('close', () => near.destroy());
  accept(far);
  return near;
};
