/** What a decoder of a plain port takes and gives. */
import type { CotEvent, FrameHeard, NodeState } from '@cotbus/contracts';
import type { Refused } from '../result.ts';
import type { PlainOptions } from './options.ts';

export type Decoded = { readonly ok: true; readonly event: CotEvent } | Refused;

/** @param sender what is known of the frame's sender; at least its number */
export type PlainDecoder = (heard: FrameHeard, sender: NodeState, options?: PlainOptions) => Decoded;
