/** What may go to the air: the operator's choice, the channel's key, and one event of a uid per interval. */
import { KeyKind, kindText } from '@cotbus/contracts';
import type { ChannelStatus, KindName, TxResult } from '@cotbus/contracts';
import type { ToMeshOptions } from './options.ts';
import type { Refusal } from './refusal.ts';

/** More uids than a busy site has in an interval; beyond it the oldest are forgotten, which only lets an event pass. */
const MAX_UIDS = 10_000;

/** Why nothing from TAK goes to the air over this channel; empty when it is open. */
export const channelClosed = (channels: readonly ChannelStatus[], options: ToMeshOptions): string => {
  const channel = channels.find(({ index }) => index === options.channel);
  if (channel === undefined) return `the radio has no channel ${options.channel}`;
  if (channel.key === KeyKind.PRIVATE || options.force) return '';
  const key = channel.key === KeyKind.NONE ? 'has no key' : 'uses the default key';
  return `channel ${channel.index} "${channel.name}" ${key}: everybody can read it. Set a key of your own, or toMesh.force`;
};

export interface TxGate {
  /** What the operator says of it; undefined lets it pass. Times are monotonic milliseconds. */
  refuse(result: TxResult, nowMs: number): Refusal | undefined;
  /** Counts an event of this uid as sent. */
  passed(uid: string, nowMs: number): void;
}

export const createTxGate = (options: ToMeshOptions): TxGate => {
  const kinds: ReadonlySet<string> = new Set<KindName>(options.kinds);
  const lastMs = new Map<string, number>();
  const intervalMs = options.uidIntervalSeconds * 1000;
  return {
    refuse: (result, nowMs) => {
      const kind = kindText(result.kind);
      if (!kinds.has(kind)) {
        return { reason: 'not_allowed', detail: `toMesh.kinds has no ${kind === '' ? 'such kind' : kind}` };
      }
      const last = lastMs.get(result.uid);
      if (last !== undefined && nowMs - last < intervalMs) {
        return { reason: 'too_soon', detail: `the uid was sent ${((nowMs - last) / 1000).toFixed(1)} s ago` };
      }
      return undefined;
    },
    passed: (uid, nowMs) => {
      lastMs.delete(uid);
      lastMs.set(uid, nowMs);
      for (const [old, atMs] of lastMs) {
        if (nowMs - atMs < intervalMs && lastMs.size <= MAX_UIDS) break;
        lastMs.delete(old);
      }
    },
  };
};
