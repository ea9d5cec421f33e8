/** What may go to the air: the operator's choice, the channel's key, and one event of a uid per interval. */
import { KeyKind, Kind, kindText } from '@cotbus/contracts';
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
  const sent = createSentEvents(options.uidIntervalSeconds * 1000);
  return {
    refuse: (result, nowMs) => {
      if (direction === 'toTak') return { reason: 'not_allowed', detail: ONE_WAY };
      const name = kindText(result.kind);
      if (!kinds.has(name)) {
        return { reason: 'not_allowed', detail: `toMesh.kinds has no ${name === '' ? 'such kind' : name}` };
      }
      return isPosition(result.kind) ? undefined : sent.tooSoon(result, nowMs);
    },
    passed: (result, nowMs) => {
      if (!isPosition(result.kind)) sent.add(result, nowMs);
    },
  };
};

/** An alert that stands is repeated less and less often, down to this. */
const MAX_REPEAT_MS = 300_000;

interface Sent {
  readonly atMs: number;
  /** How often the same was sent again. */
  readonly repeats: number;
}

/**
 * What was sent, by uid and type: an alert and its end have one uid, as have a chat line and its receipts. Whoever calls for help
 * is heard at once and goes on being heard, but may go everywhere that his region allows: so a beacon that is stuck, or somebody who
 * means harm, must not take all of it. Each repetition of an alert waits twice as long as the last.
 */
const createSentEvents = (intervalMs: number) => {
  const last = new Map<string, Sent>();
  const keyOf = ({ uid, type }: TxResult): string => `${type} ${uid}`;
  const pauseMs = ({ kind }: TxResult, { repeats }: Sent): number =>
    kind === Kind.EMERGENCY ? Math.max(intervalMs, Math.min(intervalMs * 2 ** repeats, MAX_REPEAT_MS)) : intervalMs;
  return {
    tooSoon: (result: TxResult, nowMs: number): Refusal | undefined => {
      const before = last.get(keyOf(result));
      if (before === undefined || nowMs - before.atMs >= pauseMs(result, before)) return undefined;
      return { reason: 'too_soon', detail: `the uid was sent ${((nowMs - before.atMs) / 1000).toFixed(1)} s ago` };
    },
    add: (result: TxResult, nowMs: number): void => {
      const key = keyOf(result);
      const before = last.get(key);
      // Who was silent for long calls anew.
      const isRepeat = before !== undefined && nowMs - before.atMs < 2 * MAX_REPEAT_MS;
      last.delete(key);
      last.set(key, { atMs: nowMs, repeats: isRepeat ? before.repeats + 1 : 0 });
      for (const [old, { atMs }] of last) {
        if (nowMs - atMs < Math.max(intervalMs, 2 * MAX_REPEAT_MS) && last.size <= MAX_UIDS) break;
        last.delete(old);
      }
    },
  };
};
