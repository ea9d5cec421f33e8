/** Who the user of a node is in TAK, learnt from what workers made of frames of the same mesh. */
import { meshtastic } from '@cotbus/contracts';
import type { RxResult } from '@cotbus/contracts';
import type { Moment, NodeTable } from '@cotbus/meshtastic';

/** Ports on which a TAK user reports. */
const takPorts: ReadonlySet<number> = new Set([
  meshtastic.PortNum.ATAK_PLUGIN,
  meshtastic.PortNum.ATAK_PLUGIN_V2,
  meshtastic.PortNum.ATAK_FORWARDER,
]);

/** @returns the node that reported, undefined when the result is no TAK user's report on this mesh. */
export const learnIdentity = (
  result: RxResult,
  { mesh, table, now }: { readonly mesh: string; readonly table: NodeTable; readonly now: Moment },
): number | undefined => {
  if (result.mesh !== mesh || !takPorts.has(result.port) || result.result.case !== 'event') return undefined;
  const { uid, callsign, team, role } = result.result.value;
  table.learnTak(result.node, { uid, callsign, team, role }, now);
  return result.node;
};
