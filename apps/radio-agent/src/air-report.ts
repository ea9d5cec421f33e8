/** What became of TAK traffic on its way to the air, in figures: by kind, and by user the longest time without a position. */
import { kindText } from '@cotbus/contracts';
import type { ReasonName } from '@cotbus/contracts';
import { createAirtimeLedger, DUTY_CYCLE_WINDOW_MS } from '@cotbus/meshtastic';
import { isPosition } from './air-rank.ts';
import type { Transmission } from './tx-queue.ts';

/** Times are milliseconds. */
interface KindReport {
  readonly kind: string;
  readonly events: number;
  readonly sent: number;
  readonly packets: number;
  readonly airMs: number;
  /** From its coming until the last packet of it was transmitted. */
  readonly longestWaitMs: number;
  /** What was not sent, by reason. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface UserReport {
  readonly uid: string;
  readonly callsign: string;
  readonly reports: number;
  readonly sent: number;
  /** Without a position on the air, from the first report to the last. */
  readonly longestGapMs: number;
}

export interface AirReport {
  readonly spanMs: number;
  /** Airtime that an hour allows; undefined: no limit. */
  readonly limitMs: number | undefined;
  readonly airMs: number;
  /** The most within any hour. */
  readonly busiestHourMs: number;
  /** By airtime, most first. */
  readonly kinds: readonly KindReport[];
  /** By the gap, longest first. */
  readonly users: readonly UserReport[];
}

interface Kinds extends Omit<KindReport, 'refused'> {
  readonly refused: Map<ReasonName, number>;
}
type Changing<T> = { -readonly [K in keyof T]: T[K] };

export const createAirReport = () => {
  const hour = createAirtimeLedger(DUTY_CYCLE_WINDOW_MS);
  const kinds = new Map<string, Changing<Kinds>>();
  const users = new Map<string, Changing<UserReport> & { firstMs: number; lastMs: number; seenMs: number }>();
  const came = new Map<number, number>();
  const sentMs = new Map<number, number>();
  const [span, total] = [
    { firstMs: Infinity, lastMs: 0 },
    { airMs: 0, busiestHourMs: 0 },
  ];

  const kindOf = ({ result }: Transmission): Changing<Kinds> => {
    const kind = kindText(result.kind) || 'unknown';
    const known = kinds.get(kind);
    if (known !== undefined) return known;
    const fresh = { kind, events: 0, sent: 0, packets: 0, airMs: 0, longestWaitMs: 0, refused: new Map() };
    kinds.set(kind, fresh);
    return fresh;
  };
  const userOf = ({ result: { uid, callsign } }: Transmission, nowMs: number) => {
    const known = users.get(uid);
    if (known !== undefined) return known;
    const times = { firstMs: nowMs, lastMs: nowMs, seenMs: nowMs };
    const fresh = { uid, callsign, reports: 0, sent: 0, longestGapMs: 0, ...times };
    users.set(uid, fresh);
    return fresh;
  };

  return {
    offered: (transmission: Transmission, nowMs: number): void => {
      span.firstMs = Math.min(span.firstMs, nowMs);
      span.lastMs = Math.max(span.lastMs, nowMs);
      came.set(transmission.id.seq, nowMs);
      kindOf(transmission).events += 1;
      if (!isPosition(transmission.result.kind)) return;
      const user = userOf(transmission, nowMs);
      user.reports += 1;
      user.lastMs = nowMs;
    },
    /** @param untilMs when the radio has transmitted it */
    sent: (transmission: Transmission, { airMs, untilMs }: { airMs: number; untilMs: number }): void => {
      const kind = kindOf(transmission);
      kind.packets += 1;
      kind.airMs += airMs;
      total.airMs += airMs;
      hour.add(airMs, untilMs);
      total.busiestHourMs = Math.max(total.busiestHourMs, hour.sumMs(untilMs));
      sentMs.set(transmission.id.seq, untilMs);
      if (!isPosition(transmission.result.kind)) return;
      const user = userOf(transmission, untilMs);
      user.longestGapMs = Math.max(user.longestGapMs, untilMs - user.seenMs);
      user.seenMs = untilMs;
    },
    ended: (transmission: Transmission, reason: ReasonName): void => {
      const { id, result } = transmission;
      const kind = kindOf(transmission);
      if (reason === 'delivered') {
        kind.sent += 1;
        kind.longestWaitMs = Math.max(kind.longestWaitMs, (sentMs.get(id.seq) ?? 0) - (came.get(id.seq) ?? 0));
        if (isPosition(result.kind)) userOf(transmission, 0).sent += 1;
      } else kind.refused.set(reason, (kind.refused.get(reason) ?? 0) + 1);
      came.delete(id.seq);
      sentMs.delete(id.seq);
    },
    result: (limitMs: number | undefined): AirReport => ({
      spanMs: Math.max(0, span.lastMs - span.firstMs),
      limitMs,
      ...total,
      kinds: [...kinds.values()]
        .map((kind) => ({ ...kind, refused: Object.fromEntries(kind.refused) }))
        .toSorted((a, b) => b.airMs - a.airMs || b.events - a.events),
      users: [...users.values()]
        .map(({ uid, callsign, reports, sent, longestGapMs, seenMs, lastMs }) => ({
          uid,
          callsign,
          reports,
          sent,
          longestGapMs: Math.max(longestGapMs, lastMs - seenMs),
        }))
        .toSorted((a, b) => b.longestGapMs - a.longestGapMs),
    }),
  };
};
