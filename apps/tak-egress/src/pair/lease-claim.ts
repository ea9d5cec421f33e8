/** The way from standby to active, and back. */
import { keep, mayTakeOver, say, SILENCE } from './lease-state.ts';
import type { LeaseState } from './lease-state.ts';
import type { PairWord } from './words.ts';

/** Words said within a lease: some may be lost. */
export const BEATS = 5;
/** Clocks of two machines run at most so much apart. */
export const DRIFT = 1.1;
/** A copy that was asked for and has not begun after so many is asked for anew. */
const COPY_LEASES = 2;

/** Nobody is active, as far as one can know. */
export const isTime = (state: LeaseState): boolean => {
  const { options, other, connected, nowMs, silentSinceMs, keeping } = state;
  if (!connected || keeping !== undefined || !mayTakeOver(state)) return false;
  const { leaseMs, instance } = options;
  const beatMs = leaseMs / BEATS;
  const silentMs = nowMs - silentSinceMs;
  if (other?.role === 'standby') return silentMs >= (instance === 'a' ? beatMs : 3 * beatMs);
  // Who was never part of the pair gives the other one time to speak first.
  return silentMs >= SILENCE * leaseMs * (state.standing.epoch === 0 ? 2 : 1);
};

export const claim = (state: LeaseState): void => {
  state.phase = 'claiming';
  // Never an epoch twice, of whomever: whatever is numbered begins anew with it.
  state.seenEpoch += 1;
  state.epoch = state.seenEpoch;
  state.claimedMs = state.nowMs;
  // What the active one said before the claim was heard before the claim comes back.
  state.mayBeginMs = state.silentSinceMs + state.options.leaseMs * DRIFT;
  say(state);
};

export const claimed = (state: LeaseState): void => {
  // What came before it may have changed who may.
  if (!mayTakeOver(state)) {
    stepBack(state);
    return;
  }
  state.phase = 'waiting';
  if (state.other?.role === 'standby' || state.nowMs >= state.mayBeginMs) announce(state);
};

export const announce = (state: LeaseState): void => {
  state.phase = 'announcing';
  state.confirms = 'parting';
  state.copy = 0n;
  state.nextCopy = 0n;
  say(state);
  state.partBeat = state.beat;
};

/** The other one's claim was first: it came before our own came back, or it is a later one. */
export const isBeaten = ({ phase, epoch }: LeaseState, word: PairWord): boolean =>
  word.epoch > epoch || (word.epoch === epoch && phase === 'claiming');

export const yieldTo = (state: LeaseState): void => {
  const { phase } = state;
  if (phase === 'active' || phase === 'leaving') shut(state);
  else if (phase === 'claiming' || phase === 'waiting' || phase === 'announcing') stepBack(state);
};

export const shut = (state: LeaseState): void => {
  takeBack(state);
  state.phase = 'closing';
  state.leaseUntilMs = -Infinity;
  state.said.clear();
  state.outputs.push({ kind: 'shut', fenced: true });
};

/** It gives up a claim; it has opened nothing. */
export const stepBack = (state: LeaseState): void => {
  takeBack(state);
  state.phase = 'standby';
  state.said.clear();
  askAnew(state);
};

/** It was about to confirm alone and has not: it has nothing that the other one lacks. */
const takeBack = (state: LeaseState): void => {
  state.keeping = undefined;
  if (state.standing.isAlone && !state.isCommitted) keep(state, state.before);
};

/** What was copied before is of no use to a new life of the active one. */
export const askAnew = (state: LeaseState): void => {
  state.copy = state.options.newCopy();
  state.askedMs = state.nowMs;
  if (state.phase === 'standby') say(state);
};

export const closed = (state: LeaseState): void => {
  if (state.phase === 'leaving') {
    state.phase = 'gone';
    say(state);
    return;
  }
  if (state.phase !== 'closing') return;
  state.phase = 'standby';
  state.confirms = 'alone';
  askAnew(state);
};

/** A standby hears the active one. */
export const follow = (state: LeaseState, word: PairWord): void => {
  const { standing, nowMs, options } = state;
  if (standing.isAlone) return;
  if (word.isAlone) {
    const wasWhole = standing.isWhole;
    if (wasWhole) keep(state, { ...standing, isWhole: false });
    if (wasWhole || (word.copy !== state.copy && nowMs - state.askedMs > COPY_LEASES * options.leaseMs)) askAnew(state);
  } else if (word.copy === state.copy && (!standing.isWhole || standing.epoch !== word.epoch)) {
    keep(state, { epoch: word.epoch, isAlone: false, isWhole: true });
  }
};

export const leave = (state: LeaseState): void => {
  if (state.phase === 'active') {
    state.phase = 'leaving';
    state.outputs.push({ kind: 'shut', fenced: false });
  } else if (state.phase !== 'closing' && state.phase !== 'leaving') {
    state.phase = 'gone';
    state.copy = 0n;
    say(state);
  }
};
