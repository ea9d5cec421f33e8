/** A dump of the radio's configuration or nodes: what is asked, what belongs to it, and when it has failed. */
import type { meshtastic } from '@cotbus/contracts';

/** Asks for all but the other nodes; firmware that does not know it sends everything. */
export const CONFIG_NONCE = 69420;
/** Asks for the nodes alone. */
export const NODES_NONCE = 69421;

/** The first request and three more. */
export const MAX_REQUESTS = 4;
/** A dump that has stopped for so long is asked for again. */
const SILENCE_MS = 5000;
/** For a whole dump, plus what long node lists take at 115200 baud: one second for ten nodes. */
const DUMP_MS = 60_000;
const DUMP_MS_PER_NODE = 100;
/** No radio keeps more nodes; a greater count is not believed. */
const MAX_NODE_COUNT = 1000;

/** One that was asked for and has not come to its end. Times are monotonic milliseconds. */
export interface Dump {
  readonly nonce: number;
  readonly startedMs: number;
  /** When it last went on: it was asked for, or a part of it came. */
  readonly progressMs: number;
  readonly requests: number;
}

export const newDump = (nonce: number, nowMs: number): Dump => ({
  nonce,
  startedMs: nowMs,
  progressMs: nowMs,
  requests: 1,
});

/** `stopped`: to be asked for again. @param nodeCount MyNodeInfo.nodedb_count, 0 while unknown. */
export const dumpFate = (dump: Dump, nodeCount: number, nowMs: number): 'running' | 'stopped' | 'failed' => {
  const limitMs = DUMP_MS + Math.min(nodeCount, MAX_NODE_COUNT) * DUMP_MS_PER_NODE;
  if (nowMs - dump.startedMs >= limitMs) return 'failed';
  if (nowMs - dump.progressMs < SILENCE_MS) return 'running';
  return dump.requests < MAX_REQUESTS ? 'stopped' : 'failed';
};

/** False for traffic and logs, which go on whether the radio works on a dump or not. */
export const isDumpPart = ({ payloadVariant }: meshtastic.FromRadio): boolean => {
  switch (payloadVariant.case) {
    case 'packet':
    case 'queueStatus':
    case 'clientNotification':
    case 'logRecord':
    case 'mqttClientProxyMessage':
      return false;
    default:
      return true;
  }
};
