/**
 * Rule 5, for one sink: the origin republishes what no receipt covers. Timeout from measured round trips, an adaptive
 * window, after the third try an item is tried alone outside the window, and five unanswered tries while others pass make
 * it poison. One lane never waits for another.
 */
import { createFragmentRetries } from './fragment-retries.ts';
import type { FragmentRetries } from './fragment-retries.ts';
import type { Part, Phase } from './part.ts';
import { createRoundTrip } from './round-trip.ts';
import type { RoundTrip } from './round-trip.ts';

/** Room for a second of the slowest useful link. */
const MIN_WINDOW = 64;
/** 3000 items a second over a third of a second. */
const START_WINDOW = 1024;
const MAX_WINDOW = 4096;
/** Then an item may be what kills the workers, and must not take its neighbours with it. */
const TRIES_IN_WINDOW = 3;
const FAILED_TRIES = 5;
/**
 * Before the last of them. Each may have gone to a worker that is only paused: by then the broker, which waits one and a
 * half keepalives, shares nothing with that one any more.
 */
const REST_MS = 25_000;
/** A full sink is asked again after this, doubled while it stays full. */
const FIRST_BUSY_MS = 250;
const MAX_BUSY_MS = 30_000;
/** A sink that has taken an item says how it ended; this asks again whether it still has it. */
const ASK_TAKEN_MS = 30_000;
/** Deadlines are seconds to hours; looking at each item more often would cost more than it gives. */
const LOOK_MS = 1000;

interface LaneWork<P> {
  /** To be published to this sink now, in order. */
  readonly send: readonly Part<P>[];
  /** Found to be poison now. */
  readonly poison: readonly Part<P>[];
  /** Their void is to be sent (again). */
  readonly void: readonly Part<P>[];
}

export interface Lane<P> {
  alive: boolean;
  /** Moves an item in this lane, or into it. A fragment that would wait for a place in the window needs none. */
  put(part: Part<P>, phase: LanePhase): void;
  remove(part: Part<P>): void;
  /** A receipt covered it, whatever it said. */
  answered(part: Part<P>, nowMs: number): void;
  busy(part: Part<P>, nowMs: number): void;
  /** It is published for another sink now and this one is asked along. @returns false unless it is unanswered here. */
  joined(part: Part<P>, nowMs: number): boolean;
  /** Empty unless the sink is alive. Call it only while connected. */
  work(nowMs: number): LaneWork<P>;
  /** Items whose deadline is over; looks at most once a second. */
  overdue(nowMs: number): readonly Part<P>[];
  /** The oldest item that was never published to this sink. */
  oldestUnsent(): Part<P> | undefined;
  readonly waiting: Iterable<Part<P>>;
  readonly unconfirmed: ReadonlySet<Part<P>>;
  readonly size: number;
  readonly window: number;
}

const NOTHING: LaneWork<never> = { send: [], poison: [], void: [] };

/** Where `put` moves an item. */
type LanePhase = Exclude<Phase, 'journaling' | 'fragment'>;
type Sets<P> = Readonly<Record<LanePhase, Set<Part<P>>>>;

interface LaneState<P> {
  readonly sets: Sets<P>;
  readonly fragments: FragmentRetries<P>;
  readonly roundTrip: RoundTrip;
  window: number;
  /** How many suspects are tried together: one, doubled while they are innocent. */
  together: number;
  newestAnsweredMs: number;
  busyUntilMs: number;
  busyMs: number;
  nextLookMs: number;
}

export const createLane = <P>(): Lane<P> => {
  const lane = createState<P>();
  const { sets, fragments } = lane;
  return {
    alive: false,
    put: (part, phase) => put(lane, part, phase),
    remove: (part) => remove(lane, part),
    answered: (part, nowMs) => answered(lane, part, nowMs),
    busy: (part, nowMs) => busy(lane, part, nowMs),
    joined(part, nowMs) {
      return this.alive && join(lane, part, nowMs);
    },
    work(nowMs) {
      return this.alive ? work(lane, nowMs) : NOTHING;
    },
    overdue: (nowMs) => {
      if (nowMs < lane.nextLookMs) return NONE;
      lane.nextLookMs = nowMs + LOOK_MS;
      const over: Part<P>[] = [];
      for (const set of [...Object.values(sets), fragments.parts]) {
        for (const part of set) if (nowMs >= part.deadlineMs) over.push(part);
      }
      return over;
    },
    oldestUnsent: () => {
      for (const part of sets.waiting) if (!part.mayBeKnown) return part;
      return undefined;
    },
    waiting: sets.waiting,
    unconfirmed: sets.void,
    get size() {
      return Object.values(sets).reduce((sum, set) => sum + set.size, fragments.parts.size);
    },
    get window() {
      return lane.window;
    },
  };
};

const createState = <P>(): LaneState<P> => ({
  sets: {
    waiting: new Set(),
    window: new Set(),
    suspect: new Set(),
    resting: new Set(),
    alone: new Set(),
    taken: new Set(),
    void: new Set(),
  },
  fragments: createFragmentRetries(),
  roundTrip: createRoundTrip(),
  window: START_WINDOW,
  together: 1,
  newestAnsweredMs: -Infinity,
  busyUntilMs: -Infinity,
  busyMs: FIRST_BUSY_MS,
  nextLookMs: -Infinity,
});

const remove = <P>({ sets, fragments }: LaneState<P>, part: Part<P>): void => {
  if (part.phase === 'fragment') fragments.delete(part);
  else if (part.phase !== 'journaling') sets[part.phase].delete(part);
  part.phase = 'journaling';
};

/** At the end of its new set: each is ordered by when its items came or were sent. */
const put = <P>(lane: LaneState<P>, part: Part<P>, phase: LanePhase): void => {
  remove(lane, part);
  if (phase === 'waiting' && part.item.fragment !== undefined) {
    part.phase = 'fragment';
    lane.fragments.add(part);
    return;
  }
  part.phase = phase;
  lane.sets[phase].add(part);
};

const answered = <P>(lane: LaneState<P>, part: Part<P>, nowMs: number): void => {
  const { sets, roundTrip } = lane;
  lane.newestAnsweredMs = Math.max(lane.newestAnsweredMs, part.sentMs);
  if (part.phase === 'window') {
    if (part.tries === 1) roundTrip.measured(nowMs - part.sentMs);
    else roundTrip.late();
  }
  roundTrip.heard();
  if (part.phase === 'window' && sets.waiting.size > 0) lane.window = Math.min(MAX_WINDOW, lane.window + 1);
  if (part.phase === 'alone' && sets.alone.size === 1) lane.together = Math.min(lane.window, lane.together * 2);
  lane.busyMs = FIRST_BUSY_MS;
};

/** The sink is there but full: no try of this item counts, and the lane waits. */
const busy = <P>(lane: LaneState<P>, part: Part<P>, nowMs: number): void => {
  lane.roundTrip.heard();
  part.tries = 0;
  part.failed = 0;
  if (part.phase === 'window' || part.phase === 'alone' || part.phase === 'suspect' || part.phase === 'resting') {
    part.sentMs = nowMs;
    put(lane, part, 'window');
  }
  if (part.phase === 'fragment') put(lane, part, 'waiting');
  if (nowMs < lane.busyUntilMs) return;
  lane.busyUntilMs = nowMs + lane.busyMs;
  lane.busyMs = Math.min(MAX_BUSY_MS, lane.busyMs * 2);
};

const join = <P>(lane: LaneState<P>, part: Part<P>, nowMs: number): boolean => {
  const { phase } = part;
  if (phase !== 'window' && phase !== 'suspect' && phase !== 'resting' && phase !== 'alone') return false;
  put(lane, part, phase === 'resting' ? 'alone' : phase);
  part.sentMs = nowMs;
  part.tries += 1;
  return true;
};

const work = <P>(lane: LaneState<P>, nowMs: number): LaneWork<P> => {
  const { sets, roundTrip } = lane;
  const timeoutMs = roundTrip.timeoutMs();
  const sending: Part<P>[] = [];
  const poison: Part<P>[] = [];
  if (nowMs >= lane.busyUntilMs) {
    retryInWindow(lane, nowMs, timeoutMs, sending);
    retryAlone(lane, nowMs, timeoutMs, sending, poison);
    for (const part of firstOf(sets.waiting, lane.window - sets.window.size))
      send(lane, part, 'window', nowMs, sending);
    for (const part of lane.fragments.due(nowMs)) publishing(part, nowMs, sending);
    for (const part of ranOutOf(sets.taken, nowMs, ASK_TAKEN_MS)) send(lane, part, 'taken', nowMs, sending);
  }
  const voids = sets.void.size === 0 ? NONE : [...sets.void].filter(({ sentMs }) => nowMs - sentMs >= timeoutMs);
  for (const part of voids) part.sentMs = nowMs;
  return { send: sending, poison, void: voids };
};

const send = <P>(
  lane: LaneState<P>,
  part: Part<P>,
  phase: 'window' | 'alone' | 'taken',
  nowMs: number,
  sending: Part<P>[],
): void => {
  put(lane, part, phase);
  publishing(part, nowMs, sending);
};

const publishing = <P>(part: Part<P>, nowMs: number, sending: Part<P>[]): void => {
  part.sentMs = nowMs;
  part.tries += 1;
  part.mayBeKnown = true;
  sending.push(part);
};

/** @returns true when the item is poison. */
const ranOut = <P>(lane: LaneState<P>, part: Part<P>, nowMs: number): boolean => {
  const othersPass = part.sentMs <= lane.newestAnsweredMs;
  if (othersPass) part.failed += 1;
  else {
    lane.roundTrip.silent(nowMs);
    lane.window = Math.max(MIN_WINDOW, lane.window >> 1);
  }
  return part.failed >= FAILED_TRIES;
};

const retryInWindow = <P>(lane: LaneState<P>, nowMs: number, timeoutMs: number, sending: Part<P>[]): void => {
  for (const part of ranOutOf(lane.sets.window, nowMs, timeoutMs)) {
    ranOut(lane, part, nowMs);
    if (part.tries >= TRIES_IN_WINDOW) put(lane, part, 'suspect');
    else send(lane, part, 'window', nowMs, sending);
  }
};

const retryAlone = <P>(
  lane: LaneState<P>,
  nowMs: number,
  timeoutMs: number,
  sending: Part<P>[],
  poison: Part<P>[],
): void => {
  const { sets } = lane;
  for (const part of ranOutOf(sets.alone, nowMs, timeoutMs)) {
    lane.together = 1;
    const failedBefore = part.failed;
    if (ranOut(lane, part, nowMs)) poison.push(part);
    const rests = part.failed > failedBefore && part.failed === FAILED_TRIES - 1;
    put(lane, part, rests ? 'resting' : 'suspect');
  }
  for (const part of ranOutOf(sets.resting, nowMs, REST_MS)) put(lane, part, 'suspect');
  if (sets.alone.size > 0) return;
  for (const part of firstOf(sets.suspect, lane.together)) {
    // One that was tried for another sink a moment ago waits its time first, and so do those behind it.
    if (nowMs - part.sentMs < timeoutMs) return;
    if (!poison.includes(part)) send(lane, part, 'alone', nowMs, sending);
  }
};

const NONE: readonly never[] = [];

/** The leading items of a set ordered by when they were sent, as far as `ms` have passed. A copy: the set changes next. */
const ranOutOf = <P>(parts: ReadonlySet<Part<P>>, nowMs: number, ms: number): readonly Part<P>[] => {
  let due: Part<P>[] | undefined;
  for (const part of parts) {
    if (nowMs - part.sentMs < ms) break;
    (due ??= []).push(part);
  }
  return due ?? NONE;
};

const firstOf = <P>(parts: ReadonlySet<Part<P>>, count: number): readonly Part<P>[] => {
  let first: Part<P>[] | undefined;
  for (const part of parts) {
    if ((first?.length ?? 0) >= count) break;
    (first ??= []).push(part);
  }
  return first ?? NONE;
};
