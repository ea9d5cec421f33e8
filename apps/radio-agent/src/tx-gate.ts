/** What may go to the air: the operator's choice, the channel's key, and one event of a uid per interval. */
import { KeyKind, kindText } from '@cotbus/contracts';
import type { ChannelStatus, KindName, TxResult } from '@cotbus/contracts';
import { isPosition } from './air-rank.ts';
import type { RadioOptions, ToMeshOptions } from './options.ts';
import type { Refusal } from './refusal.ts';

/** More uids than a busy site has in an interval; beyond it the oldest are forgotten, which only lets an event pass. */
const MAX_UIDS = 10_000;

/** Why nothing from TAK goes to the air over this channel; empty when it is open. @param wanted index, that of TAK when left out */
export const channelClosed = (
  channels: readonly ChannelStatus[],
  options: ToMeshOptions,
  wanted: number = options.channel,
): string => {
  const channel = channels.find(({ index }) => index === wanted);
  if (channel === undefined) return `the radio has no channel ${wanted}`;
  if (channel.key === KeyKind.PRIVATE || options.force) return '';
  const key = channel.key === KeyKind.NONE ? 'has no key' : 'uses the default key';
  return `channel ${channel.index} "${channel.name}" ${key}: everybody can read it. Set a key of your own, or toMesh.force`;
};

/** Why nothing of TAK goes to the air at all; empty when something may. */
export const airClosed = (
  channels: readonly ChannelStatus[],
  { direction, toMesh }: Pick<RadioOptions, 'direction' | 'toMesh'>,
): string => (direction === 'toTak' ? ONE_WAY : channelClosed(channels, toMesh));

const ONE_WAY = 'direction is toTak: nothing goes to the air';

export interface TxGate {
  /** What the operator says of it; undefined lets it pass. Times are monotonic milliseconds. */
  refuse(result: TxResult, nowMs: number): Refusal | undefined;
  /** Counts an event as passed. */
  passed(result: TxResult, nowMs: number): void;
}

/** Positions of one user have a pace of their own, which counts from what was sent. */
export const createTxGate = (options: ToMeshOptions, direction: RadioOptions['direction'] = 'both'): TxGate => {
  const kinds: ReadonlySet<string> = new Set<KindName>(options.kinds);
  const lastMs = new Map<string, number>();
  const intervalMs = options.uidIntervalSeconds * 1000;
  return {
    refuse: ({ kind, uid }, nowMs) => {
      if (direction === 'toTak') return { reason: 'not_allowed', detail: ONE_WAY };
      const name = kindText(kind);
      if (!kinds.has(name)) {
        return { reason: 'not_allowed', detail: `toMesh.kinds has no ${name === '' ? 'such kind' : name}` };
      }
      const last = isPosition(kind) ? undefined : lastMs.get(uid);
      if (last !== undefined && nowMs - last < intervalMs) {
        return { reason: 'too_soon', detail: `the uid was sent ${((nowMs - last) / 1000).toFixed(1)} s ago` };
      }
      return undefined;
    },
    passed: ({ kind, uid }, nowMs) => {
      if (isPosition(kind)) return;
      lastMs.delete(uid);
      lastMs.set(uid, nowMs);
      for (const [old, atMs] of lastMs) {
        if (nowMs - atMs < intervalMs && lastMs.size <= MAX_UIDS) break;
        lastMs.delete(old);
      }
    },
  };
};
