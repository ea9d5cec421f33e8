/**
 * What may still be sent. Two things are counted: this radio's own airtime of the last hour, against the share that the
 * operator and the region give it, and how busy the channel is for everybody. What matters most may use all of it, what
 * comes again anyway only a part, so that there is always something left for an emergency. No clock: times are
 * monotonic milliseconds.
 */
import { createAirtimeLedger, DUTY_CYCLE_WINDOW_MS } from '@cotbus/meshtastic';

/**
 * How much something matters: it cannot wait; somebody waits for it; it has waited too long; the rest; somebody is not on the
 * map yet; it will soon have waited too long; it comes again anyway.
 */
export type AirLevel = 'urgent' | 'message' | 'aged' | 'rest' | 'first' | 'due' | 'refresh';

interface Share {
  /** Of the budget, everything that was sent counted. */
  readonly part: number;
  /** Channel utilisation, percent, from which on it waits: the firmware's limits for its own polite traffic. */
  readonly quietPercent: number;
  /**
   * It is spread over the hour: as if all that is sent together came evenly to this part of the budget. Of those who are first
   * put on the map only they count: who joins a busy mesh is seen at once, and thirty who join together one after the other.
   */
  readonly evenPart?: number;
}

const shares: Readonly<Record<AirLevel, Share>> = {
  urgent: { part: 1, quietPercent: Infinity },
  message: { part: 0.98, quietPercent: Infinity },
  aged: { part: 0.98, quietPercent: Infinity },
  rest: { part: 0.9, quietPercent: 40 },
  first: { part: 0.85, quietPercent: 40, evenPart: 0.42 },
  due: { part: 0.85, quietPercent: 40, evenPart: 0.5 },
  refresh: { part: 0.5, quietPercent: 25, evenPart: 0.5 },
};

const evenLevels = (Object.keys(shares) as AirLevel[]).filter((level) => shares[level].evenPart !== undefined);

/** What is spread over the hour may run ahead of its even pace by this part of the budget, and fall behind by that one. */
const AHEAD_PART = 0.03;
const BEHIND_PART = 0.2;
/** Up to this part of the budget a packet may be repeated until somebody relays it, where somebody does. */
const REPEAT_PART = 0.85;
/** A radio measures once a minute; what it said before says nothing any more. */
const MEASURED_FOR_MS = 600_000;

/** Percent, as the radio measures: of the channel by all in the last minute, of the last hour by itself. */
export interface AirMeasure {
  readonly channelUtilization: number | undefined;
  readonly airUtilTx: number | undefined;
}

/** The budget at one moment. */
export interface AirNow {
  /** Why this must wait, in words; empty when it may go. */
  why(level: AirLevel, costMs: number): string;
  /** It may be transmitted again until somebody relays it. @param costMs of all @param isRelayed the last one was */
  mayRepeat(costMs: number, isRelayed: boolean): boolean;
  /** Even an hour of silence would not make room for it. */
  isNever(level: AirLevel, costMs: number): boolean;
  /** Undefined: no limit. */
  readonly limitMs: number | undefined;
  readonly spentMs: number;
}

export interface AirBudget {
  at(nowMs: number): AirNow;
  /** @param isFirst the first position of somebody */
  spend(airtimeMs: number, nowMs: number, isFirst?: boolean): void;
  measured(measure: AirMeasure, nowMs: number): void;
  /** The radio says that it may not send: nothing but what is urgent is tried before this time. */
  hold(untilMs: number): void;
  /** Of the region that the radio is in. */
  setDutyCycle(percent: number): void;
}

/** @param airPercent share of an hour; from 100 on only the limit of the region holds, and nothing is spread or polite */
export const createAirBudget = (airPercent: number): AirBudget => {
  const ledger = createAirtimeLedger(DUTY_CYCLE_WINDOW_MS);
  const isPolite = airPercent < 100;
  let dutyCyclePercent = 100;
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  /** Own airtime by the radio's word: relays and its own messages are in it. */
  let own: { readonly airMs: number; readonly atMs: number; sinceMs: number } | undefined;
  let channel: { readonly percent: number; readonly atMs: number } | undefined;
  const paces = createPaces();

  const limitOf = (level: AirLevel): number => {
    const percent = level === 'urgent' ? dutyCyclePercent : Math.min(airPercent, dutyCyclePercent);
    return percent >= 100 ? Infinity : (percent / 100) * DUTY_CYCLE_WINDOW_MS;
  };
  /** Nobody relays: repetitions take what positions leave. */
  const spareMs = (nowMs: number): number => paces.roomMs('refresh', limitOf('refresh'), nowMs);
  const spentMs = (nowMs: number): number => {
    const measuredMs = own !== undefined && nowMs - own.atMs < MEASURED_FOR_MS ? own.airMs + own.sinceMs : 0;
    return Math.max(ledger.sumMs(nowMs), measuredMs);
  };
  return {
    at: (nowMs) => {
      const spent = spentMs(nowMs);
      const utilization = channel !== undefined && nowMs - channel.atMs < MEASURED_FOR_MS ? channel.percent : 0;
      const overall = limitOf('message');
      return {
        spentMs: spent,
        limitMs: Number.isFinite(overall) ? overall : undefined,
        mayRepeat: (costMs, isRelayed) =>
          !isPolite || (isRelayed ? spent + costMs <= overall * REPEAT_PART : costMs <= spareMs(nowMs)),
        isNever: (level, costMs) => costMs > limitOf(level) * shares[level].part,
        why: (level, costMs) => {
          const { part, quietPercent } = shares[level];
          const limitMs = limitOf(level);
          if (nowMs < heldUntilMs && level !== 'urgent') return 'the radio is at the limit of its region';
          if (spent + costMs > limitMs * part) return spentText(spent, limitMs, part);
          if (isPolite && utilization >= quietPercent) return `the channel is busy: ${utilization.toFixed(0)} %`;
          const isAhead = isPolite && costMs > paces.roomMs(level, limitMs, nowMs);
          return isAhead ? 'positions are spread over the hour' : '';
        },
      };
    },
    spend: (airtimeMs, nowMs, isFirst = false) => {
      paces.spend({ airtimeMs, limitMs: limitOf('refresh'), isFirst }, nowMs);
      ledger.add(airtimeMs, nowMs);
      if (own !== undefined) own.sinceMs += airtimeMs;
    },
    measured: ({ channelUtilization, airUtilTx }, nowMs) => {
      if (isPercent(channelUtilization)) channel = { percent: channelUtilization, atMs: nowMs };
      if (isPercent(airUtilTx)) own = { airMs: (airUtilTx / 100) * DUTY_CYCLE_WINDOW_MS, atMs: nowMs, sinceMs: 0 };
    },
    hold: (untilMs) => {
      heldUntilMs = Math.max(heldUntilMs, untilMs);
    },
    setDutyCycle: (percent) => {
      dutyCyclePercent = percent;
    },
  };
};

interface Spent {
  readonly airtimeMs: number;
  readonly limitMs: number;
  readonly isFirst: boolean;
}

/** How much of each level may go at once: it grows with time, up to a bound, and shrinks with all that is sent. */
const createPaces = () => {
  const rooms = new Map<AirLevel, { readonly ms: number; readonly atMs: number }>();
  const roomMs = (level: AirLevel, limitMs: number, nowMs: number): number => {
    const { evenPart } = shares[level];
    if (evenPart === undefined || !Number.isFinite(limitMs)) return Infinity;
    const most = limitMs * AHEAD_PART;
    const room = rooms.get(level);
    if (room === undefined) return most;
    return Math.min(most, room.ms + ((nowMs - room.atMs) * limitMs * evenPart) / DUTY_CYCLE_WINDOW_MS);
  };
  return {
    roomMs,
    spend: ({ airtimeMs, limitMs, isFirst }: Spent, nowMs: number): void => {
      if (!Number.isFinite(limitMs)) return;
      for (const level of evenLevels) {
        if (level === 'first' && !isFirst) continue;
        const left = roomMs(level, limitMs, nowMs) - airtimeMs;
        rooms.set(level, { ms: Math.max(-limitMs * BEHIND_PART, left), atMs: nowMs });
      }
    },
  };
};

const isPercent = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value >= 0 && value <= 100;

const spentText = (spentMs: number, limitMs: number, part: number): string => {
  const seconds = (ms: number): string => (ms / 1000).toFixed(0);
  const of = part === 1 ? '' : `, of which it may use ${(part * 100).toFixed(0)} %`;
  return `${seconds(spentMs)} of ${seconds(limitMs)} s of airtime an hour are spent${of}`;
};
