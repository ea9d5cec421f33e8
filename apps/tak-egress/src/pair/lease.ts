/**
 * Who of a pair is active. The broker hands the words of both to both in one order, so of two claims the same one is first
 * for each. An active instance holds its lease while its words come back; it loses it earlier than the other one begins.
 * Only who has all that was confirmed may take over. Pure: times, words and what is kept come in as inputs.
 */
import {
  announce,
  askAnew,
  BEATS,
  claim,
  claimed,
  closed,
  DRIFT,
  follow,
  isBeaten,
  isTime,
  leave,
  shut,
  stepBack,
  yieldTo,
} from './lease-claim.ts';
import { announced, join, part, serve } from './lease-confirm.ts';
import type { LeaseInput, LeaseOptions, LeaseOutput } from './lease-ports.ts';
import { createLeaseState, isDiverged, keptNow, mayTakeOver, say } from './lease-state.ts';
import type { LeaseState } from './lease-state.ts';
import type { PairWord, Standing } from './words.ts';

/** A claim that nobody hears, the claimant included, is given up after so many leases. */
const CLAIM_LEASES = 2;

export interface Lease {
  handle(input: LeaseInput): LeaseOutput[];
  /** It may write, journal and say something now. */
  holds(nowMs: number): boolean;
  readonly role: 'active' | 'standby';
  readonly other: PairWord | undefined;
  /** The copy that a standby wants or follows. */
  readonly copy: bigint;
  /** It has all that was confirmed, as far as both have said. */
  readonly canTakeOver: boolean;
  readonly standing: Standing;
  /** Both confirm. */
  readonly isPaired: boolean;
  /** It has what the active one lacks: a person must look at it. */
  readonly isDiverged: boolean;
}

export const createLease = (options: LeaseOptions, kept: Standing | undefined, nowMs: number): Lease => {
  const state = createLeaseState(options, kept, nowMs);
  return {
    handle: (input) => {
      state.outputs = [];
      state.nowMs = input.nowMs;
      step(state, input);
      return state.outputs;
    },
    holds: (atMs) => holds(state, atMs),
    get role() {
      return state.phase === 'active' || state.phase === 'leaving' ? 'active' : 'standby';
    },
    get other() {
      return state.other;
    },
    get copy() {
      return state.copy;
    },
    get canTakeOver() {
      return mayTakeOver(state);
    },
    get standing() {
      return state.standing;
    },
    get isPaired() {
      return state.confirms === 'both';
    },
    get isDiverged() {
      return isDiverged(state);
    },
  };
};

const holds = ({ phase, leaseUntilMs }: LeaseState, atMs: number): boolean =>
  (phase === 'active' || phase === 'leaving') && atMs < leaseUntilMs;

const step = (state: LeaseState, input: LeaseInput): void => {
  switch (input.kind) {
    case 'connected':
      state.connected = true;
      state.silentSinceMs = state.nowMs;
      // What was under way is lost; the newest word says it all.
      state.said.clear();
      say(state);
      if (state.confirms === 'parting') state.partBeat = state.beat;
      break;
    case 'disconnected':
      state.connected = false;
      break;
    case 'word':
      hear(state, input.word);
      break;
    case 'kept':
      keptNow(state, input.number);
      break;
    case 'closed':
      closed(state);
      break;
    case 'copied':
      join(state, input.copy);
      break;
    case 'copy_lost':
      if (input.copy === state.copy) part(state, 0n);
      break;
    case 'copy_broken':
      if (state.phase === 'standby') askAnew(state);
      break;
    case 'failed':
      if (state.phase === 'active') shut(state);
      break;
    case 'leave':
      leave(state);
      break;
    case 'tick':
      tick(state);
      break;
  }
};

const hear = (state: LeaseState, word: PairWord): void => {
  if (word.instance === state.options.instance) {
    if (word.life === state.options.life) echo(state, word.beat);
    else state.seenEpoch = Math.max(state.seenEpoch, word.epoch);
    return;
  }
  const { phase } = state;
  state.other = word;
  state.otherMs = state.nowMs;
  state.seenEpoch = Math.max(state.seenEpoch, word.epoch);
  if (word.role !== 'standby') state.silentSinceMs = state.nowMs;
  if (word.role !== 'standby' && isBeaten(state, word)) yieldTo(state);
  else if (phase === 'waiting' && word.role === 'standby') announce(state);
  else if (phase === 'waiting' && word.role === 'active') {
    // It does not know of the claim: its lease goes on until it does.
    state.mayBeginMs = state.nowMs + state.options.leaseMs * DRIFT;
    say(state);
  }
  if (state.phase === 'standby' && word.role === 'active') follow(state, word);
  if (state.phase === 'active' && word.role === 'standby') serve(state, word.copy);
};

/** A word of ours came back. */
const echo = (state: LeaseState, beat: number): void => {
  const said = state.said.get(beat);
  if (said === undefined) return;
  for (const earlier of state.said.keys()) if (earlier <= beat) state.said.delete(earlier);
  const { word, atMs } = said;
  if (word.role === 'active') {
    // Once over it is over: something may have been refused for it.
    const isOver = (state.phase === 'active' || state.phase === 'leaving') && state.nowMs >= state.leaseUntilMs;
    if (isOver) {
      shut(state);
      return;
    }
    state.leaseUntilMs = Math.max(state.leaseUntilMs, atMs + state.options.leaseMs);
    announced(state, word);
  } else if (word.role === 'claim' && state.phase === 'claiming') claimed(state);
};

const tick = (state: LeaseState): void => {
  const { options, nowMs, phase, confirms } = state;
  const { leaseMs } = options;
  // Asleep, nothing could be heard.
  if (nowMs - state.tickMs > leaseMs / 2) Object.assign(state, { silentSinceMs: nowMs, otherMs: nowMs });
  state.tickMs = nowMs;
  if ((phase === 'active' || phase === 'leaving') && nowMs >= state.leaseUntilMs) shut(state);
  else if (phase === 'waiting' && nowMs >= state.mayBeginMs) announce(state);
  else if ((phase === 'claiming' || phase === 'announcing') && nowMs - state.claimedMs > CLAIM_LEASES * leaseMs) {
    stepBack(state);
  } else if (phase === 'standby' && isTime(state)) claim(state);
  // It says nothing: the next write would wait for it in vain.
  else if ((confirms === 'both' || confirms === 'joining') && nowMs - state.otherMs >= leaseMs) part(state, 0n);
  if (state.phase !== 'gone' && nowMs - state.saidMs >= leaseMs / BEATS) say(state);
};
