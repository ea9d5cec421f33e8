/** Mesh nodes: their numbers as text, and who they are in TAK. */
import type { NodeState, TakIdentity } from './gen/cotbus/v1/radio_pb.ts';

/** Everybody on the mesh. */
export const BROADCAST = 0xffffffff;

/** A node number as Meshtastic writes it: `!` and eight lower-case hex digits. */
export const nodeText = (num: number): string => `!${(num >>> 0).toString(16).padStart(8, '0')}`;

/** A user who reports less often is shown by the contact of the node again. */
const TAK_IDENTITY_FRESH_MS = 15 * 60 * 1000;

/**
 * Who the node's user is in TAK, as long as position reports come. Agents and workers decide by it alike: such a node
 * needs no contact of its own.
 */
export const freshIdentity = ({ tak }: Pick<NodeState, 'tak'>): TakIdentity | undefined =>
  tak !== undefined && tak.uid !== '' && tak.ageMs < TAK_IDENTITY_FRESH_MS ? tak : undefined;
