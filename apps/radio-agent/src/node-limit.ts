/**
 * How many frames of one node an agent takes: a token bucket for each sender. Whoever floods a mesh, or a broker with packets
 * of a forged sender, is held to what the air could carry, and nobody else waits for it. Pure: time comes in.
 */
import { nodeText } from '@cotbus/contracts';
import type { Refusal } from './refusal.ts';

export interface NodeLimitOptions {
  /** What a node may send for ever; 0 lets it send as it likes. */
  readonly framesPerMinute: number;
  /** What it may send at once after a pause. */
  readonly burst: number;
}

/** Senders of the last moments. Beyond them the one unheard for longest begins anew: forged senders cost no more memory. */
const MAX_NODES = 5_000;
const MS_PER_MINUTE = 60_000;

export interface NodeLimit {
  /** A frame of this node was heard. @returns why it goes no further; undefined lets it. */
  heard(node: number, nowMs: number): Refusal | undefined;
  /** Who was held back since the last call, most frames first, in a sentence; undefined when nobody was. */
  heldBack(): string | undefined;
}

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export const createNodeLimit = ({ framesPerMinute, burst }: NodeLimitOptions): NodeLimit => {
  // In the order of their last frame: the first was silent for longest.
  const buckets = new Map<number, Bucket>();
  const refused = new Map<number, number>();

  const tokensOf = (node: number, nowMs: number): number => {
    const bucket = buckets.get(node);
    if (bucket === undefined) return burst;
    const earned = (Math.max(0, nowMs - bucket.atMs) * framesPerMinute) / MS_PER_MINUTE;
    return Math.min(burst, bucket.tokens + earned);
  };
  const keep = (node: number, bucket: Bucket): void => {
    buckets.delete(node);
    buckets.set(node, bucket);
    for (const oldest of buckets.keys()) {
      if (buckets.size <= MAX_NODES) return;
      buckets.delete(oldest);
    }
  };
  const countRefused = (node: number): void => {
    if (refused.has(node) || refused.size < MAX_NODES) refused.set(node, (refused.get(node) ?? 0) + 1);
  };

  return {
    heard: (node, nowMs) => {
      if (framesPerMinute === 0) return undefined;
      const tokens = tokensOf(node, nowMs);
      const isWithin = tokens >= 1;
      keep(node, { tokens: isWithin ? tokens - 1 : tokens, atMs: nowMs });
      if (isWithin) return undefined;
      countRefused(node);
      const detail = `nodeLimit: ${nodeText(node)} sends more than ${framesPerMinute} frames a minute`;
      return { reason: 'flood', detail };
    },
    heldBack: () => {
      if (refused.size === 0) return undefined;
      const [[node, most] = [0, 0]] = [...refused].sort(([, a], [, b]) => b - a);
      const others = refused.size === 1 ? '' : `, and ${refused.size - 1} more`;
      refused.clear();
      return `${nodeText(node)} floods the mesh: ${most} frames were held back${others}`;
    },
  };
};
