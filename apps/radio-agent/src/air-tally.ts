/** What came of TAK on its way to the air within the last hour, by kind: for the status of the agent. Times are monotonic milliseconds. */
import { create } from '@bufbuild/protobuf';
import { AirKindSchema, reasonOf } from '@cotbus/contracts';
import type { AirKind, Kind, ReasonName } from '@cotbus/contracts';
import { DUTY_CYCLE_WINDOW_MS } from '@cotbus/meshtastic';

/** The hour in parts: what is older than it goes part by part. */
const PARTS = 12;
const PART_MS = DUTY_CYCLE_WINDOW_MS / PARTS;

export interface AirTally {
  offered(kind: Kind): void;
  /** A packet of an event went to the radio. */
  spent(kind: Kind, airMs: number, nowMs: number): void;
  ended(kind: Kind, reason: ReasonName, nowMs: number): void;
  /** It was not even offered. */
  refused(kind: Kind, reason: ReasonName, nowMs: number): void;
  /** Kinds without anything are left out; those with the most airtime come first. */
  kinds(nowMs: number): readonly AirKind[];
}

interface Counts {
  sent: number;
  packets: number;
  airMs: number;
  readonly refused: Map<ReasonName, number>;
}

const nothing = (): Counts => ({ sent: 0, packets: 0, airMs: 0, refused: new Map() });

export const createAirTally = (): AirTally => {
  const parts = new Map<number, Map<Kind, Counts>>();
  const waiting = new Map<Kind, number>();
  const forget = (nowMs: number): void => {
    for (const part of parts.keys()) if (part <= Math.floor(nowMs / PART_MS) - PARTS) parts.delete(part);
  };
  const countsOf = (kind: Kind, nowMs: number): Counts => {
    forget(nowMs);
    const part = Math.floor(nowMs / PART_MS);
    const kinds = parts.get(part) ?? new Map<Kind, Counts>();
    const counts = kinds.get(kind) ?? nothing();
    parts.set(part, kinds.set(kind, counts));
    return counts;
  };
  const add = (kind: Kind, by: number): void => void waiting.set(kind, Math.max(0, (waiting.get(kind) ?? 0) + by));

  const refuse = (kind: Kind, reason: ReasonName, nowMs: number): void => {
    const { refused } = countsOf(kind, nowMs);
    refused.set(reason, (refused.get(reason) ?? 0) + 1);
  };

  return {
    offered: (kind) => add(kind, 1),
    spent: (kind, airMs, nowMs) => {
      const counts = countsOf(kind, nowMs);
      counts.packets += 1;
      counts.airMs += airMs;
    },
    ended: (kind, reason, nowMs) => {
      add(kind, -1);
      if (reason === 'delivered') countsOf(kind, nowMs).sent += 1;
      else refuse(kind, reason, nowMs);
    },
    refused: refuse,
    kinds: (nowMs) => {
      forget(nowMs);
      const sums = new Map<Kind, Counts>();
      for (const [kind, counts] of [...parts.values()].flatMap((kinds) => [...kinds])) {
        sums.set(kind, addTo(sums.get(kind) ?? nothing(), counts));
      }
      for (const [kind, count] of waiting) if (count > 0 && !sums.has(kind)) sums.set(kind, nothing());
      return [...sums]
        .toSorted(([, a], [, b]) => b.airMs - a.airMs)
        .map(([kind, counts]) => messageOf(kind, waiting.get(kind) ?? 0, counts));
    },
  };
};

const addTo = (sum: Counts, { sent, packets, airMs, refused }: Counts): Counts => {
  sum.sent += sent;
  sum.packets += packets;
  sum.airMs += airMs;
  for (const [reason, count] of refused) sum.refused.set(reason, (sum.refused.get(reason) ?? 0) + count);
  return sum;
};

const messageOf = (kind: Kind, waiting: number, { sent, packets, airMs, refused }: Counts): AirKind =>
  create(AirKindSchema, {
    kind,
    waiting,
    sent,
    packets,
    airMs: Math.round(airMs),
    refused: [...refused]
      .toSorted(([, a], [, b]) => b - a)
      .map(([reason, count]) => ({ reason: reasonOf(reason), count })),
  });
