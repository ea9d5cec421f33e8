/**
 * Which event goes to the air next, and whether it may go now. Emergencies before casevac before chat before tasks before the
 * rest before positions; what has waited too long takes turns with chat, so nobody starves. Pure: times come in, monotonic
 * milliseconds; the events that end here come out.
 */
import type { ReasonName } from '@cotbus/contracts';
import { createAirBudget } from './air-budget.ts';
import type { AirBudget, AirLevel, AirNow } from './air-budget.ts';
import { frameAirMs, portGapMs } from './air-radio.ts';
import type { AirRadio } from './air-radio.ts';
import { isMessage, isPosition, isUrgent, rankOf } from './air-rank.ts';
import type { ToMeshOptions } from './options.ts';
import { createPositionPace } from './position-pace.ts';
import type { PositionPace } from './position-pace.ts';
import { framesLeft, lateText } from './tx-frames.ts';
import { createTxQueue } from './tx-queue.ts';
import type { Transmission, TxQueue, Waiting } from './tx-queue.ts';

/** What is no message has waited too long after this: half of its life. */
const AGED_MS = 30_000;
/** From this part of it on a position has waited too long: there are others, and they go one after the other. */
const AGED_PART = 0.89;
/** From this part of the time in which everybody is sent once, a position is more than a refresh of the last one. */
const DUE_PART = 0.8;
/** How far what somebody waits for may run ahead of what the radio has not sent yet. */
const MESSAGE_LEAD_MS = 2_000;
/** Transmissions of what asks for an answer, and gets none. */
const REPEATED = 3;

export interface Ending {
  readonly transmission: Transmission;
  readonly reason: ReasonName;
  readonly detail: string;
}

export type AirOptions = Pick<ToMeshOptions, 'airPercent' | 'position'>;

export interface AirPolicy {
  /** @returns what ends by it: the older of its uid, what there is no place for, or itself. */
  offer(transmission: Transmission, nowMs: number): readonly Ending[];
  /** Takes the next one out that may go now. */
  next(nowMs: number): Waiting | undefined;
  /** It may ask the mesh to answer, and be transmitted again until it does. */
  mayRepeat(entry: Transmission, airMs: number, nowMs: number): boolean;
  /** What the last packet was that asked for an answer: relayed by somebody, or by nobody. */
  answered(isRelayed: boolean): void;
  /** It was given to the radio, one frame of it. */
  sent(waiting: Waiting, airMs: number, nowMs: number): void;
  putBack(waiting: Waiting): void;
  /** Takes those out whose life is over. */
  late(nowMs: number): readonly Ending[];
  /** Takes those out that fit. */
  takeWhere(fits: (transmission: Transmission) => boolean): readonly Transmission[];
  /** There is a radio; undefined: it went away. */
  setRadio(radio: AirRadio | undefined): void;
  readonly budget: AirBudget;
  readonly size: number;
}

export const createAirPolicy = (options: AirOptions): AirPolicy => {
  const { position } = options;
  const queue = createTxQueue();
  const budget = createAirBudget(options.airPercent);
  const pace = createPositionPace(position);
  const ports = createPortGaps();
  const isPolite = options.airPercent < 100;
  let radio: AirRadio | undefined;
  let costs = createCosts(undefined);
  /** When the radio has sent all that it was given, as far as we know. */
  let freeMs = Number.NEGATIVE_INFINITY;
  let wasAged = true;
  let isRelayed = true;

  const mayGo = (one: Ranked, now: AirNow, nowMs: number): boolean => {
    const { waiting, level } = one;
    const [frame] = framesLeft(waiting.entry);
    if (frame === undefined || radio === undefined) return true;
    if (radio.isRadio && nowMs < ports.freeMs(frame.port)) return false;
    if (isPolite && freeMs - nowMs > leadMs(level)) return false;
    return waiting.entry.sentFrames > 0 || now.why(level, costs.of(waiting.entry)) === '';
  };

  return {
    budget,
    offer: (transmission, nowMs) => offer({ queue, pace }, transmission, nowMs),
    next: (nowMs) => {
      const now = budget.at(nowMs);
      const ready = queue.all.filter(({ notBeforeMs }) => notBeforeMs <= nowMs);
      const ranked = ready.map((waiting) => ranking(waiting, { pace, position, nowMs, wasAged }));
      const next = ranked.toSorted(inOrder).find((one) => mayGo(one, now, nowMs));
      if (next === undefined) return undefined;
      queue.take(next.waiting);
      if (next.level === 'aged' || next.level === 'message') wasAged = next.level === 'aged';
      return next.waiting;
    },
    mayRepeat: ({ result }, airMs, nowMs) =>
      isUrgent(result.kind) || budget.at(nowMs).mayRepeat(isRelayed ? airMs : airMs * REPEATED, isRelayed),
    answered: (now) => {
      isRelayed = now;
    },
    sent: ({ entry }, airMs, nowMs) => {
      const isFirst = isPosition(entry.result.kind) && pace.of(entry.result).lastMs === undefined;
      budget.spend(airMs, nowMs, isFirst);
      freeMs = Math.max(freeMs, nowMs) + airMs;
      ports.sent(framesLeft(entry)[0]?.port ?? 0, nowMs);
      pace.sent(entry.result, nowMs);
    },
    putBack: (waiting) => queue.putBack(waiting),
    late: (nowMs) => {
      const now = budget.at(nowMs);
      return queue
        .takeWhere(({ entry }) => entry.expiresMs <= nowMs || now.isNever(bestLevel(entry.result), costs.of(entry)))
        .map(({ entry }) => lateEnding(entry, now, radio === undefined ? undefined : costs.of(entry)));
    },
    takeWhere: (fits) => queue.takeWhere(({ entry }) => fits(entry)).map(({ entry }) => entry),
    setRadio: (next) => {
      radio = next;
      costs = createCosts(next);
      freeMs = Number.NEGATIVE_INFINITY;
      if (next !== undefined) budget.setDutyCycle(next.dutyCyclePercent);
    },
    get size() {
      return queue.size;
    },
  };
};

const offer = (
  { queue, pace }: { readonly queue: TxQueue; readonly pace: PositionPace },
  transmission: Transmission,
  nowMs: number,
): readonly Ending[] => {
  const { result, expiresMs } = transmission;
  let notBeforeMs = nowMs;
  if (isPosition(result.kind)) {
    pace.wanted(result, nowMs);
    const { lastMs, intervalMs, hasMoved } = pace.of(result);
    notBeforeMs = Math.max(nowMs, (lastMs ?? Number.NEGATIVE_INFINITY) + intervalMs);
    if (notBeforeMs >= expiresMs && lastMs !== undefined) {
      const ago = `it was sent ${((nowMs - lastMs) / 1000).toFixed(0)} s ago`;
      return [{ transmission, reason: 'too_soon', detail: hasMoved ? ago : `it has not moved since ${ago}` }];
    }
  }
  const { replaced, refused } = queue.add({ entry: transmission, sinceMs: nowMs, notBeforeMs, tries: 0, losses: 0 });
  return [
    ...(replaced ? [ended(replaced, 'superseded', 'a newer one took its place in the queue')] : []),
    ...(refused ? [ended(refused, 'queue_full', 'too many events wait for the air')] : []),
  ];
};

const ended = (transmission: Transmission, reason: ReasonName, detail: string): Ending => ({
  transmission,
  reason,
  detail,
});

interface Ranked {
  readonly waiting: Waiting;
  readonly level: AirLevel;
  readonly order: number;
  /** Within the order: higher goes first. */
  readonly score: number;
}

const ORDER = { urgent: 0, begun: 2, firstTurn: 3, secondTurn: 5, rest: 7, first: 8, due: 9, refresh: 10 };

interface Moment {
  readonly pace: PositionPace;
  readonly position: ToMeshOptions['position'];
  readonly nowMs: number;
  /** The last turn of chat and what has waited too long was of the latter. */
  readonly wasAged: boolean;
}

const ranking = (waiting: Waiting, { pace, position, nowMs, wasAged }: Moment): Ranked => {
  const { entry, sinceMs } = waiting;
  const { kind } = entry.result;
  const waitedMs = nowMs - sinceMs;
  const [messageTurn, agedTurn] = wasAged ? [ORDER.firstTurn, ORDER.secondTurn] : [ORDER.secondTurn, ORDER.firstTurn];
  if (isUrgent(kind)) return { waiting, level: 'urgent', order: ORDER.urgent + rankOf(kind), score: waitedMs };
  if (entry.sentFrames > 0) return { waiting, level: 'rest', order: ORDER.begun, score: waitedMs };
  if (isMessage(kind)) {
    const second = rankOf(kind) - FIRST_MESSAGE_RANK;
    return { waiting, level: 'message', order: messageTurn + second, score: waitedMs };
  }
  if (!isPosition(kind)) {
    return waitedMs >= AGED_MS
      ? { waiting, level: 'aged', order: agedTurn, score: waitedMs }
      : { waiting, level: 'rest', order: ORDER.rest, score: waitedMs };
  }
  const { lastMs, intervalMs, silentSinceMs } = pace.of(entry.result);
  const atLeastMs = position.atLeastSeconds * 1000;
  const silentMs = nowMs - silentSinceMs;
  if (silentMs >= atLeastMs * AGED_PART) return { waiting, level: 'aged', order: agedTurn, score: silentMs };
  if (lastMs === undefined) return { waiting, level: 'first', order: ORDER.first, score: silentMs };
  if (silentMs >= atLeastMs * DUE_PART) return { waiting, level: 'due', order: ORDER.due, score: silentMs };
  return { waiting, level: 'refresh', order: ORDER.refresh, score: silentMs / Math.max(1, intervalMs) };
};

const FIRST_MESSAGE_RANK = 2;

const inOrder = (a: Ranked, b: Ranked): number => a.order - b.order || b.score - a.score;

const leadMs = (level: AirLevel): number => {
  if (level === 'urgent') return Infinity;
  return level === 'message' ? MESSAGE_LEAD_MS : 0;
};

/** Airtime of all that is left of an event: a transfer is begun only when there is airtime for all of it. */
const createCosts = (radio: AirRadio | undefined) => {
  const known = new WeakMap<Transmission, number>();
  return {
    of: (entry: Transmission): number => {
      if (radio === undefined) return 0;
      const costMs = known.get(entry) ?? framesLeft(entry).reduce((sum, frame) => sum + frameAirMs(frame, radio), 0);
      known.set(entry, costMs);
      return costMs;
    },
  };
};

/** As what it would be sent if it could have the most that its kind is ever given. */
const bestLevel = ({ kind }: Transmission['result']): AirLevel =>
  isUrgent(kind) ? 'urgent' : isMessage(kind) ? 'message' : 'aged';

/** @param costMs undefined while there is no radio */
const lateEnding = (entry: Transmission, now: AirNow, costMs: number | undefined): Ending => {
  const { kind } = entry.result;
  if (costMs === undefined) return ended(entry, 'expired', lateText(entry));
  const level = bestLevel(entry.result);
  if (now.isNever(level, costMs)) {
    const seconds = (costMs / 1000).toFixed(0);
    return ended(entry, 'air_budget', `it needs ${seconds} s of airtime, more than an hour has for it`);
  }
  const why = now.why(level, costMs) || now.why(isPosition(kind) ? 'refresh' : 'rest', costMs);
  return isUrgent(kind) || why === ''
    ? ended(entry, 'expired', lateText(entry))
    : ended(entry, 'air_budget', `${lateText(entry)}: ${why}`);
};

/** A radio takes only so many packets a minute on some ports. */
const createPortGaps = () => {
  const free = new Map<number, number>();
  return {
    freeMs: (port: number): number => free.get(port) ?? Number.NEGATIVE_INFINITY,
    sent: (port: number, nowMs: number): void => {
      const gapMs = portGapMs(port);
      if (gapMs > 0) free.set(port, nowMs + gapMs);
    },
  };
};
