/**
 * Who of a pair is active. The broker hands the words of both to both in one order, so of two claims the same one is first
 * for each. An active instance holds its lease while its words come back; it loses it earlier than the other one begins.
 * Only who has all that was confirmed may take over. Pure: times, words and what is kept come in as inputs.
 */
import type { PairRole, PairWord, Standing } from './words.ts';

/** Words said within a lease: some may be lost. */
const BEATS = 5;
/** In leases: without a word of the active one for this long, the other one claims. */
const SILENCE = 1.5;
/** Clocks of two machines run at most so much apart. */
const DRIFT = 1.1;
/** A claim that nobody hears, the claimant included, is given up after so many leases. */
const CLAIM_LEASES = 2;
/** A copy that was asked for and has not begun after so many is asked for anew. */
const COPY_LEASES = 2;

export interface LeaseOptions {
  /** Of the two, `a` goes first where both may. */
  readonly instance: string;
  readonly leaseMs: number;
  /** Tells this life of the process from others. */
  readonly life: bigint;
  /** Random bits, never 0. */
  readonly newCopy: () => bigint;
  /** Takes over although the other one had more; its machine is gone. */
  readonly takesOverBehind?: boolean;
}

/** Times are monotonic milliseconds. */
export type LeaseInput = { readonly nowMs: number } & (
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected' }
  /** Of either instance. */
  | { readonly kind: 'word'; readonly word: PairWord }
  /** This standing is on the disk. */
  | { readonly kind: 'kept'; readonly number: number }
  /** What `shut` asked for is done. */
  | { readonly kind: 'closed' }
  /** The copy has all that is journaled, and everything is confirmed by both from here on. */
  | { readonly kind: 'copied'; readonly copy: bigint }
  /** The other one does not answer for its copy. */
  | { readonly kind: 'copy_lost'; readonly copy: bigint }
  /** The copy here has a hole. */
  | { readonly kind: 'copy_broken' }
  /** Links or journals cannot be opened: the other one may try. */
  | { readonly kind: 'failed' }
  /** This process stops. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'tick' }
);

export type LeaseOutput =
  | { readonly kind: 'say'; readonly word: PairWord }
  | { readonly kind: 'keep'; readonly number: number; readonly standing: Standing }
  /** Open links and journals: this one is active. */
  | { readonly kind: 'open' }
  /** Close links, then the rest; `fenced`: nothing may be journaled or said any more. */
  | { readonly kind: 'shut'; readonly fenced: boolean }
  /** From now on this instance alone confirms what is journaled. */
  | { readonly kind: 'alone' }
  /** Begin this copy for the other one. */
  | { readonly kind: 'copy'; readonly copy: bigint; readonly epoch: number };

type Phase =
  | 'standby'
  /** Its claim is on the way. */
  | 'claiming'
  /** Its claim was first; the other one's lease may last for a while. */
  | 'waiting'
  /** It says that it is active and alone; then it keeps that. */
  | 'announcing'
  | 'active'
  /** It is no more; its links are being closed. */
  | 'closing'
  /** It stops of its own will and holds its lease meanwhile. */
  | 'leaving'
  | 'gone';

/** How an active instance confirms: alone, by both, or on the way to it. */
type Confirms = 'alone' | 'joining' | 'both' | 'parting';

interface LeaseState {
  readonly options: LeaseOptions;
  phase: Phase;
  standing: Standing;
  confirms: Confirms;
  connected: boolean;
  nowMs: number;
  /** Highest epoch heard of. */
  seenEpoch: number;
  /** Of its own claim or lease. */
  epoch: number;
  /** Of the standby: what it wants or follows. Of the active one: the copy being made or followed. */
  copy: bigint;
  /** Asked for while it confirmed with another one. */
  nextCopy: bigint;
  other: PairWord | undefined;
  /** Since when the active one was not heard, while this process was awake and connected. */
  silentSinceMs: number;
  /** Any word of the other one. */
  otherMs: number;
  claimedMs: number;
  /** When the lease of the other one is over. */
  mayBeginMs: number;
  leaseUntilMs: number;
  tickMs: number;
  saidMs: number;
  /** Since when this copy is wanted. */
  askedMs: number;
  /** The other one did not follow it to its end. */
  lostCopy: bigint;
  /** The word that has to come back before it confirms alone. */
  partBeat: number;
  /** Something was confirmed alone; else what it keeps of that is taken back. */
  isCommitted: boolean;
  /** Before it kept that it is alone. */
  before: Standing;
  beat: number;
  /** What was said and has not come back. */
  readonly said: Map<number, { readonly word: PairWord; readonly atMs: number }>;
  keeping: { readonly number: number; readonly then: () => void } | undefined;
  keepNumber: number;
  outputs: LeaseOutput[];
}

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
  const standing = kept ?? { epoch: 0, isAlone: false, isWhole: false };
  const state: LeaseState = {
    options,
    phase: 'standby',
    standing,
    confirms: 'alone',
    connected: false,
    nowMs,
    seenEpoch: standing.epoch,
    epoch: standing.epoch,
    copy: options.newCopy(),
    nextCopy: 0n,
    other: undefined,
    silentSinceMs: nowMs,
    otherMs: nowMs,
    claimedMs: nowMs,
    mayBeginMs: 0,
    leaseUntilMs: -Infinity,
    tickMs: nowMs,
    saidMs: -Infinity,
    askedMs: nowMs,
    lostCopy: 0n,
    partBeat: 0,
    isCommitted: standing.isAlone,
    before: standing,
    beat: 0,
    said: new Map(),
    keeping: undefined,
    keepNumber: 0,
    outputs: [],
  };
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

const roleOf = ({ phase }: LeaseState): PairRole => {
  if (phase === 'claiming' || phase === 'waiting') return 'claim';
  return phase === 'announcing' || phase === 'active' || phase === 'leaving' ? 'active' : 'standby';
};

const say = (state: LeaseState): void => {
  // While links close it is neither one nor the other: the lease it lost is over for others by the time alone.
  if (!state.connected || state.phase === 'closing') return;
  const { options, confirms, standing, epoch, copy } = state;
  const role = roleOf(state);
  state.beat += 1;
  const word: PairWord = {
    instance: options.instance,
    role,
    epoch: role === 'standby' ? standing.epoch : epoch,
    isAlone: role === 'active' ? confirms !== 'both' && confirms !== 'joining' : standing.isAlone,
    copy: role === 'claim' || isDiverged(state) ? 0n : copy,
    beat: state.beat,
    life: options.life,
  };
  state.said.set(state.beat, { word, atMs: state.nowMs });
  state.saidMs = state.nowMs;
  state.outputs.push({ kind: 'say', word });
};

/** @param then when it is on the disk, unless something else is kept before that. */
const keep = (state: LeaseState, standing: Standing, then = (): void => {}): void => {
  state.keepNumber += 1;
  state.standing = standing;
  state.keeping = { number: state.keepNumber, then };
  state.outputs.push({ kind: 'keep', number: state.keepNumber, standing });
};

const keptNow = (state: LeaseState, number: number): void => {
  const { keeping } = state;
  if (keeping?.number !== number) return;
  state.keeping = undefined;
  keeping.then();
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

/** The other one's claim was first: it came before our own came back, or it is a later one. */
const isBeaten = ({ phase, epoch }: LeaseState, word: PairWord): boolean =>
  word.epoch > epoch || (word.epoch === epoch && phase === 'claiming');

const yieldTo = (state: LeaseState): void => {
  const { phase } = state;
  if (phase === 'active' || phase === 'leaving') shut(state);
  else if (phase === 'claiming' || phase === 'waiting' || phase === 'announcing') stepBack(state);
};

const shut = (state: LeaseState): void => {
  takeBack(state);
  state.phase = 'closing';
  state.leaseUntilMs = -Infinity;
  state.said.clear();
  state.outputs.push({ kind: 'shut', fenced: true });
};

/** It gives up a claim; it has opened nothing. */
const stepBack = (state: LeaseState): void => {
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
const askAnew = (state: LeaseState): void => {
  state.copy = state.options.newCopy();
  state.askedMs = state.nowMs;
  if (state.phase === 'standby') say(state);
};

const closed = (state: LeaseState): void => {
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
const follow = (state: LeaseState, word: PairWord): void => {
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

/** The active one hears of a copy that a standby wants. */
const serve = (state: LeaseState, wanted: bigint): void => {
  const { copy, nextCopy, lostCopy } = state;
  if (wanted !== 0n && wanted !== copy && wanted !== nextCopy && wanted !== lostCopy) part(state, wanted);
};

/** Confirms alone from the moment on at which everybody can know it: the word has come back, and it is kept. */
const part = (state: LeaseState, nextCopy: bigint): void => {
  if (state.phase !== 'active' && state.phase !== 'leaving') return;
  const { confirms, standing } = state;
  state.nextCopy = nextCopy;
  if (confirms === 'parting') return;
  // Begun again under its name it would number its messages anew.
  if (state.copy !== 0n) state.lostCopy = state.copy;
  state.copy = 0n;
  if (confirms !== 'alone') {
    state.confirms = 'parting';
    say(state);
    state.partBeat = state.beat;
  } else if (standing.isAlone) confirmAlone(state);
  // It had kept that it is not, and told nobody.
  else keep(state, { ...standing, isAlone: true }, () => confirmAlone(state));
};

const confirmAlone = (state: LeaseState): void => {
  state.confirms = 'alone';
  state.isCommitted = true;
  state.outputs.push({ kind: 'alone' });
  state.copy = state.nextCopy;
  state.nextCopy = 0n;
  if (state.copy !== 0n) state.outputs.push({ kind: 'copy', copy: state.copy, epoch: state.epoch });
};

/** The copy is whole: it is kept first, for the other one may take over as soon as it is told. */
const join = (state: LeaseState, copy: bigint): void => {
  if (state.phase !== 'active' || state.confirms !== 'alone' || copy !== state.copy) return;
  keep(state, { epoch: state.epoch, isAlone: false, isWhole: true }, () => {
    if (state.phase !== 'active' || state.copy !== copy) return;
    state.confirms = 'joining';
    state.isCommitted = false;
    say(state);
  });
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

const claimed = (state: LeaseState): void => {
  // What came before it may have changed who may.
  if (!mayTakeOver(state)) {
    stepBack(state);
    return;
  }
  state.phase = 'waiting';
  if (state.other?.role === 'standby' || state.nowMs >= state.mayBeginMs) announce(state);
};

const announce = (state: LeaseState): void => {
  state.phase = 'announcing';
  state.confirms = 'parting';
  state.copy = 0n;
  state.nextCopy = 0n;
  say(state);
  state.partBeat = state.beat;
};

const announced = (state: LeaseState, word: PairWord): void => {
  const { phase } = state;
  if (state.confirms === 'joining' && !word.isAlone) state.confirms = 'both';
  if (state.confirms !== 'parting' || word.beat < state.partBeat || state.keeping !== undefined) return;
  if (phase !== 'announcing' && phase !== 'active' && phase !== 'leaving') return;
  state.before = state.standing;
  state.isCommitted = state.standing.isAlone;
  keep(state, { epoch: state.epoch, isAlone: true, isWhole: true }, () => {
    if (state.phase === 'announcing') {
      state.phase = 'active';
      state.outputs.push({ kind: 'open' });
    }
    confirmAlone(state);
  });
};

const leave = (state: LeaseState): void => {
  if (state.phase === 'active') {
    state.phase = 'leaving';
    state.outputs.push({ kind: 'shut', fenced: false });
  } else if (state.phase !== 'closing' && state.phase !== 'leaving') {
    state.phase = 'gone';
    state.copy = 0n;
    say(state);
  }
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

/** Nobody is active, as far as one can know. */
const isTime = (state: LeaseState): boolean => {
  const { options, other, connected, nowMs, silentSinceMs, keeping } = state;
  if (!connected || keeping !== undefined || !mayTakeOver(state)) return false;
  const { leaseMs, instance } = options;
  const beatMs = leaseMs / BEATS;
  const silentMs = nowMs - silentSinceMs;
  if (other?.role === 'standby') return silentMs >= (instance === 'a' ? beatMs : 3 * beatMs);
  // Who was never part of the pair gives the other one time to speak first.
  return silentMs >= SILENCE * leaseMs * (state.standing.epoch === 0 ? 2 : 1);
};

const claim = (state: LeaseState): void => {
  state.phase = 'claiming';
  // Never an epoch twice, of whomever: whatever is numbered begins anew with it.
  state.seenEpoch += 1;
  state.epoch = state.seenEpoch;
  state.claimedMs = state.nowMs;
  // What the active one said before the claim was heard before the claim comes back.
  state.mayBeginMs = state.silentSinceMs + state.options.leaseMs * DRIFT;
  say(state);
};

/** It has all that was confirmed, as far as both have said; or there is nothing yet. */
const mayTakeOver = ({ standing, other, options, nowMs, otherMs }: LeaseState): boolean => {
  const { epoch, isAlone, isWhole } = standing;
  if (options.takesOverBehind === true && nowMs - otherMs >= 2 * SILENCE * options.leaseMs) return true;
  if (other === undefined) return epoch === 0 || isWhole || isAlone;
  if (epoch === 0) return other.epoch === 0 && (isAlone || !other.isAlone);
  const hasOtherMore = other.isAlone && other.epoch >= epoch;
  return (isWhole || isAlone) && !hasOtherMore;
};

/** It has confirmed what an active other one does not have. */
const isDiverged = ({ standing, other, phase }: LeaseState): boolean =>
  standing.isAlone && phase === 'standby' && other?.role === 'active' && other.epoch >= standing.epoch;
