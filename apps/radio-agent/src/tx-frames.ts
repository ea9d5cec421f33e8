/** The frames of one event: which is next, and what the end of one means for the event. */
import type { Frame, TxResult } from '@cotbus/contracts';
import type { Transmission } from './tx-queue.ts';

/** Everything that carries it, in order. */
const framesOf = ({ result, following }: TxResult): readonly Frame[] =>
  result.case === 'frame' ? [result.value, ...following] : [];

/** What is still to be sent, the next one first. */
export const framesLeft = ({ result, sentFrames }: Transmission): readonly Frame[] =>
  framesOf(result).slice(sentFrames);

/** Of the transfer with this hash, which a receiver says to have whole. */
export const isTransfer = ({ result }: Transmission, hash: Uint8Array): boolean =>
  hash.length > 0 && Buffer.compare(result.transferHash, hash) === 0;

export const wholeText = (sentFrames: number): string => `a receiver has the whole after ${sentFrames} frames`;

export const lateText = ({ result, sentFrames }: Transmission): string =>
  sentFrames === 0 ? 'waited too long' : `waited too long after ${sentFrames} of ${framesOf(result).length} frames`;

/** Behind what is said of the frame that is next, where there are several. */
export const whichFrame = ({ result, sentFrames }: Transmission): string => {
  const frames = framesOf(result).length;
  return frames > 1 ? `, frame ${sentFrames + 1} of ${frames}` : '';
};
