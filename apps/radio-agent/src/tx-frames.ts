/** The frames of one event: which is next, and what the end of one means for the event. */
import type { Frame, ReasonName, TxResult } from '@cotbus/contracts';
import type { Transmission } from './tx-queue.ts';

/** Everything that carries it, in order. */
const framesOf = ({ result, following }: TxResult): readonly Frame[] =>
  result.case === 'frame' ? [result.value, ...following] : [];

/** The one to be sent now; undefined when the result has none. */
export const nextFrame = ({ result, sentFrames }: Transmission): Frame | undefined => framesOf(result)[sentFrames];

/** Of the transfer with this hash, which a receiver says to have whole. */
export const isTransfer = ({ result }: Transmission, hash: Uint8Array): boolean =>
  hash.length > 0 && Buffer.compare(result.transferHash, hash) === 0;

export const wholeText = (sentFrames: number): string => `a receiver has the whole after ${sentFrames} frames`;

export const lateText = ({ result, sentFrames }: Transmission): string =>
  sentFrames === 0 ? 'waited too long' : `waited too long after ${sentFrames} of ${framesOf(result).length} frames`;

type AfterFrame =
  /** There is more to send. */
  | { readonly kind: 'more'; readonly rest: Transmission }
  | { readonly kind: 'ended'; readonly reason: ReasonName; readonly detail: string };

/** @param complete hash of the transfer that a receiver said last to have whole */
export const afterFrame = (
  transmission: Transmission,
  reason: ReasonName,
  detail: string,
  complete: Uint8Array,
): AfterFrame => {
  const frames = framesOf(transmission.result).length;
  const sentFrames = transmission.sentFrames + 1;
  if (reason !== 'delivered' || sentFrames === frames) {
    const which = frames > 1 ? `, frame ${sentFrames} of ${frames}` : '';
    return { kind: 'ended', reason, detail: `${detail}${which}` };
  }
  return isTransfer(transmission, complete)
    ? { kind: 'ended', reason, detail: wholeText(sentFrames) }
    : { kind: 'more', rest: { ...transmission, sentFrames } };
};
