/** What a packet that was heard says to the sending side: answers, measures of the air, who speaks what. */
import { readAck } from '@cotbus/codec';
import { meshtastic } from '@cotbus/contracts';
import { readRouting } from '@cotbus/meshtastic';
import type { NodeTable } from '@cotbus/meshtastic';
import type { Clock } from '@cotbus/service';
import type { AirMeasure } from './air-budget.ts';
import { isTakPort } from './peers-heard.ts';
import type { PeersHeard } from './peers-heard.ts';
import type { Transmitter } from './transmitter.ts';

export interface DataHeardParts {
  readonly clock: Clock;
  readonly table: NodeTable;
  readonly transmitter: Transmitter;
  readonly peers: PeersHeard;
  /** Somebody was heard who speaks TAK. */
  readonly onPeer: () => void;
}

export interface HeardData {
  readonly from: number;
  readonly data: meshtastic.Data;
  /** Of before: the radio had kept it. */
  readonly replayed: boolean;
  /** Number of our own node. */
  readonly own: number | undefined;
}

/** The node table has merged the packet already. */
export const createDataHeard = ({ clock, table, transmitter, peers, onPeer }: DataHeardParts) => {
  let last: AirMeasure | undefined;
  /** Of our own radio; other telemetry of it says again what was said before. */
  const measured = (node: number): void => {
    const state = table.state(node, { monotonicMs: clock.monotonic(), wallMs: clock.now() });
    const { channelUtilization, airUtilTx } = state?.metrics ?? {};
    if (channelUtilization === last?.channelUtilization && airUtilTx === last?.airUtilTx) return;
    last = { channelUtilization, airUtilTx };
    transmitter.measured(last);
  };
  return ({ from, data, replayed, own }: HeardData): void => {
    const answer = readRouting(data);
    if (answer !== undefined) transmitter.routed({ packetId: answer.requestId, error: answer.error, from });
    const complete = completeTransfer(data);
    if (complete !== undefined) transmitter.completed(complete);
    if (replayed) return;
    if (data.source !== 0 && isTakPort(data.portnum)) peers.gateway(from);
    if (from !== own && peers.heard(from, data.portnum, clock.monotonic())) onPeer();
    if (from === own && data.portnum === meshtastic.PortNum.TELEMETRY_APP) measured(from);
  };
};

/** Hash of a transfer that its receiver has whole. */
const completeTransfer = ({ portnum, payload }: meshtastic.Data): Uint8Array | undefined => {
  const read = portnum === meshtastic.PortNum.ATAK_FORWARDER ? readAck(payload) : undefined;
  return read?.ok === true && read.ack.kind === 'complete' ? read.ack.hash : undefined;
};
