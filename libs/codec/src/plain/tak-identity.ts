/** Nodes whose user shows themselves in TAK. */
import type { NodeState, TakIdentity } from '@cotbus/contracts';
import { TAK_IDENTITY_FRESH_MS } from '../limits.ts';

/** Who the node is in TAK, as long as its position reports come. */
export const freshIdentity = (node: NodeState): TakIdentity | undefined =>
  node.tak !== undefined && node.tak.uid !== '' && node.tak.ageMs < TAK_IDENTITY_FRESH_MS ? node.tak : undefined;
