/** Who says what a frame carries, in TAK. */
import { freshIdentity } from '@cotbus/contracts';
import type { FrameHeard, NodeState } from '@cotbus/contracts';
import { dropIllegal } from '../cot/element.ts';
import { nodeCallsign, nodeUid, printable } from './callsign.ts';
import type { PlainOptions } from './options.ts';

/** The TAK identity of the node's user while it is fresh, else the node's contact. */
export const senderOf = (
  { from }: FrameHeard,
  sender: NodeState,
  options: PlainOptions,
): { readonly uid: string; readonly callsign: string } => {
  const identity = freshIdentity(sender);
  return {
    uid: dropIllegal(identity?.uid ?? nodeUid(from, options)),
    callsign: printable(identity?.callsign ?? '') || nodeCallsign(sender, options),
  };
};
