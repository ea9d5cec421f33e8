/**
 * What waits for one receiver: in order, bounded in number, bytes and time. Pure: time comes in as an argument.
 * When it is full, the least important goes: by priority, then what a newer state of its uid replaces, then the oldest.
 */
import { isMessage, priorityOf } from './outgoing.ts';
import type { Outgoing } from './outgoing.ts';
import { targetUid } from './target-uid.ts';

/** Characters of all that waits: fifty usual events are a tenth of it. */
const MAX_CHARACTERS = 1024 * 1024;

export interface OutboxLimits {
  readonly maxEvents: number;
  /** How long one waits; never longer than it is worth sending. */
  readonly maxWaitMs: number;
}

/** What left the queue unsent. */
export interface Unsent {
  readonly out: Outgoing;
  readonly reason: 'expired' | 'queue_full';
  readonly detail: string;
}

export interface Waiting {
  readonly out: Outgoing;
  /** Monotonic milliseconds. */
  readonly sinceMs: number;
}

export interface Outbox {
  /** @param sinceMs when it began to wait. @returns what has no room any more: perhaps this one. */
  add(out: Outgoing, nowMs: number, sinceMs?: number): Unsent[];
  /** In front of all, in this order: what was written before and may not have arrived, or waited elsewhere. */
  putBack(before: readonly Waiting[]): Unsent[];
  /** The next one to write; it waits no more. */
  take(): Outgoing | undefined;
  /** What has waited for too long. */
  expire(nowMs: number): Unsent[];
  /** All that waits, oldest first; then it is empty. */
  empty(): Waiting[];
  list(): readonly Outgoing[];
  readonly size: number;
}

export const createOutbox = ({ maxEvents, maxWaitMs }: OutboxLimits): Outbox => {
  let waiting: Waiting[] = [];
  let characters = 0;

  const counted = (one: Waiting): Waiting => {
    characters += one.out.xml.length;
    return one;
  };
  const remove = (index: number): Outgoing | undefined => {
    const [removed] = waiting.splice(index, 1);
    characters -= removed?.out.xml.length ?? 0;
    return removed?.out;
  };
  const dropSurplus = (): Unsent[] => {
    const dropped: Unsent[] = [];
    const isFull = (): boolean => waiting.length > maxEvents || characters > MAX_CHARACTERS;
    while (isFull()) {
      const out = remove(leastImportant(waiting));
      if (out === undefined) break;
      dropped.push({ out, reason: 'queue_full', detail: `${maxEvents} events wait already` });
    }
    return dropped;
  };

  return {
    add: (out, nowMs, sinceMs = nowMs) => {
      waiting.push(counted({ out, sinceMs }));
      return dropSurplus();
    },
    putBack: (before) => {
      waiting.unshift(...before.map(counted));
      return dropSurplus();
    },
    take: () => remove(0),
    expire: (nowMs) => {
      const isOver = ({ out, sinceMs }: Waiting): boolean => Math.min(out.staleMs, sinceMs + maxWaitMs) <= nowMs;
      const over = waiting.filter(isOver);
      if (over.length === 0) return [];
      waiting = waiting.filter((one) => !isOver(one));
      for (const { out } of over) characters -= out.xml.length;
      return over.map(({ out }) => ({ out, reason: 'expired', detail: whyExpired(out, nowMs, maxWaitMs) }));
    },
    empty: () => {
      const all = waiting;
      waiting = [];
      characters = 0;
      return all;
    },
    list: () => waiting.map(({ out }) => out),
    get size() {
      return waiting.length;
    },
  };
};

const whyExpired = (out: Outgoing, nowMs: number, maxWaitMs: number): string =>
  out.staleMs <= nowMs ? 'it became stale while it waited' : `it waited ${maxWaitMs / 1000} s`;

const leastImportant = (waiting: readonly Waiting[]): number => {
  let lowest = Number.POSITIVE_INFINITY;
  let oldest = 0;
  for (const [index, { out }] of waiting.entries()) {
    const priority = priorityOf(out);
    if (priority >= lowest) continue;
    lowest = priority;
    oldest = index;
  }
  const replaced = firstReplaced(waiting, lowest);
  return replaced === -1 ? oldest : replaced;
};

/** A state of which a newer one waits behind it. */
const firstReplaced = (waiting: readonly Waiting[], priority: number): number => {
  const newer = new Set<string>();
  let first = -1;
  for (let index = waiting.length - 1; index >= 0; index -= 1) {
    const out = waiting[index]?.out;
    if (out === undefined || isMessage(out)) continue;
    const uid = targetUid(out.event);
    if (newer.has(uid) && priorityOf(out) === priority) first = index;
    newer.add(uid);
  }
  return first;
};
