/** An outcome as `cotbus outcomes --json` and recordings write it. */
import { itemKey, kindText, nodeText, reasonText } from '@cotbus/contracts';
import type { Outcome } from '@cotbus/contracts';

/** @param owner who wrote it */
export const outcomeFields = (outcome: Outcome, owner: string) => ({
  at: new Date(outcome.atMs).toISOString(),
  owner,
  item: outcome.item === undefined ? '' : itemKey(outcome.item),
  destination: outcome.destination,
  reason: reasonText(outcome.reason),
  detail: outcome.detail,
  kind: kindText(outcome.kind),
  uid: outcome.uid,
  callsign: outcome.callsign,
  mesh: outcome.mesh,
  node: outcome.node === 0 ? '' : nodeText(outcome.node),
  port: outcome.port,
  packetId: outcome.packetId,
});
