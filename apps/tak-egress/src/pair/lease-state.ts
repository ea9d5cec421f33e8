/** What a lease remembers, and the two things it does most: say a word, keep a standing. */
import type { LeaseOptions, LeaseOutput } from './lease-ports.ts';
import type { PairRole, PairWord, Standing } from './words.ts';

/** In leases: without a word of the active one for this long, the other one claims. */
export const SILENCE = 1.5;

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

export interface LeaseState {
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
  keeping: { readonly number: number; readonly done: () => void } | undefined;
  keepNumber: number;
  outputs: LeaseOutput[];
}

export const createLeaseState = (options: LeaseOptions, kept: Standing | undefined, nowMs: number): LeaseState => {
  const standing = kept ?? { epoch: 0, isAlone: false, isWhole: false };
  return {
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
};

const roleOf = ({ phase }: LeaseState): PairRole => {
  if (phase === 'claiming' || phase === 'waiting') return 'claim';
  return phase === 'announcing' || phase === 'active' || phase === 'leaving' ? 'active' : 'standby';
};

export const say = (state: LeaseState): void => {
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

/** @param done when it is on the disk, unless something else is kept before that. */
export const keep = (state: LeaseState, standing: Standing, done = (): void => {}): void => {
  state.keepNumber += 1;
  state.standing = standing;
  state.keeping = { number: state.keepNumber, done };
  state.outputs.push({ kind: 'keep', number: state.keepNumber, standing });
};

export const keptNow = (state: LeaseState, number: number): void => {
  const { keeping } = state;
  if (keeping?.number !== number) return;
  state.keeping = undefined;
  keeping.done();
};

/** It has all that was confirmed, as far as both have said; or there is nothing yet. */
export const mayTakeOver = ({ standing, other, options, nowMs, otherMs }: LeaseState): boolean => {
  const { epoch, isAlone, isWhole } = standing;
  if (options.takesOverBehind === true && nowMs - otherMs >= 2 * SILENCE * options.leaseMs) return true;
  if (other === undefined) return epoch === 0 || isWhole || isAlone;
  if (epoch === 0) return other.epoch === 0 && (isAlone || !other.isAlone);
  const hasOtherMore = other.isAlone && other.epoch >= epoch;
  return (isWhole || isAlone) && !hasOtherMore;
};

/** It has confirmed what an active other one does not have. */
export const isDiverged = ({ standing, other, phase }: LeaseState): boolean =>
  standing.isAlone && phase === 'standby' && other?.role === 'active' && other.epoch >= standing.epoch;
