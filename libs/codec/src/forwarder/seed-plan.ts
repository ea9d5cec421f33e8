/**
 * Which seeds to send. Receivers look at nothing but a fragment's seed, so it may be chosen: first seeds of single blocks,
 * every source block once, then seeds of sums that bring back what was lost, also for the simple decoder of phones, which
 * only ever subtracts known blocks.
 */
import { MAX_SOURCE_BLOCKS } from '../limits.ts';
import { blockIndices } from './block-choice.ts';
import { createJavaRandom } from './java-random.ts';

export interface SeedPlan {
  /** With no loss a receiver has it whole after as many fragments as there are source blocks. */
  readonly seeds: readonly number[];
  /** Seeds of more than one block, which a transfer with that first seed would make a single block. */
  readonly mixed: ReadonlySet<number>;
}

interface Candidate {
  readonly seed: number;
  readonly indices: readonly number[];
}

/** As many fragments as the phone apps send for that many source blocks. @param sourceBlocks 2 to 255 */
export const fragmentCount = (sourceBlocks: number): number =>
  Math.ceil(sourceBlocks * (sourceBlocks <= 10 ? 1.5 : sourceBlocks <= 50 ? 1.25 : 1.15));

/** By number of source blocks; at most 254. */
const plans = new Map<number, SeedPlan>();

/**
 * As many seeds as `fragmentCount` says; the same at every call.
 * @param sourceBlocks 2 to 255
 * @param forcedSeed `firstSeed` of the transfer: receivers take it for a single block
 */
export const seedPlan = (sourceBlocks: number, forcedSeed: number): SeedPlan => {
  if (sourceBlocks < 2 || sourceBlocks > MAX_SOURCE_BLOCKS) throw new RangeError(`${sourceBlocks} source blocks`);
  const known = plans.get(sourceBlocks);
  const plan = known ?? makePlan(sourceBlocks, undefined);
  if (known === undefined) plans.set(sourceBlocks, plan);
  return plan.mixed.has(forcedSeed) ? makePlan(sourceBlocks, forcedSeed) : plan;
};

const makePlan = (sourceBlocks: number, without: number | undefined): SeedPlan => {
  const systematic = chooseSystematic(sourceBlocks, without);
  const count = fragmentCount(sourceBlocks) - sourceBlocks;
  const chosen = [...systematic, ...chooseRedundancy(sourceBlocks, systematic, count, without)];
  const mixed = chosen.filter(({ indices }) => indices.length > 1);
  return { seeds: chosen.map(({ seed }) => seed), mixed: new Set(mixed.map(({ seed }) => seed)) };
};

/** No smaller seed is one of a single block. */
const FIRST_SINGLE_SEED = 4096;
const SEEDS = 65536;

/** For each block the first seed that is this block alone; where there is none, one that adds it to blocks before it. */
const chooseSystematic = (sourceBlocks: number, without: number | undefined): readonly Candidate[] => {
  const singles = new Map<number, Candidate>();
  const sums: Candidate[] = [];
  for (let seed = FIRST_SINGLE_SEED; seed < SEEDS && singles.size < sourceBlocks; seed += 1) {
    const indices = blockIndices(seed, sourceBlocks, false);
    const [index = 0] = indices;
    if (indices.length > 1 && seed !== without) sums.push({ seed, indices });
    else if (indices.length === 1 && !singles.has(index)) singles.set(index, { seed, indices });
  }
  const chosen = [...singles.entries()].sort(([a], [b]) => a - b).map(([, candidate]) => candidate);
  return singles.size === sourceBlocks ? chosen : [...chosen, ...chooseSums(sourceBlocks, chosen, sums)];
};

const chooseSums = (
  sourceBlocks: number,
  singles: readonly Candidate[],
  sums: readonly Candidate[],
): readonly Candidate[] => {
  const missing = new Set(Array.from({ length: sourceBlocks }, (_, index) => index));
  for (const { indices } of singles) for (const index of indices) missing.delete(index);
  const chosen: Candidate[] = [];
  // The fewer blocks, the less a loss among them costs.
  for (const candidate of [...sums].sort((a, b) => a.indices.length - b.indices.length)) {
    const [only, ...others] = candidate.indices.filter((index) => missing.has(index));
    if (only === undefined || others.length > 0) continue;
    missing.delete(only);
    chosen.push(candidate);
    if (missing.size === 0) return chosen;
  }
  throw new RangeError(`no seeds for ${sourceBlocks} source blocks`);
};

/** One way in which fragments get lost, and what a peeling receiver makes of the rest. */
interface Trial {
  /** 1 for a block that is not known yet. */
  readonly unknown: Uint8Array;
  missing: number;
  /** Received sums with more than one unknown block. */
  pending: (readonly number[])[];
  /** Which of the redundant fragments arrive. */
  readonly arrives: readonly boolean[];
}

/** Trials beside the losses of a single fragment. More of both make the plan better by less than it takes longer. */
const RANDOM_TRIALS = 128;
const CANDIDATES = 512;
/** Spreads the candidates: neighbouring seeds draw alike. */
const SEED_STEP = 101;
/** Of all fragments; from a good link to one that barely works. */
const LOSS_RATES = [0.05, 0.1, 0.2, 0.3] as const;

/** Each is the candidate that helps most in the trials, given those before it. */
const chooseRedundancy = (
  sourceBlocks: number,
  systematic: readonly Candidate[],
  count: number,
  without: number | undefined,
): readonly Candidate[] => {
  const trials = makeTrials(sourceBlocks, systematic, count);
  const candidates = new Set(makeCandidates(sourceBlocks, without));
  const chosen: Candidate[] = [];
  for (let position = 0; position < count; position += 1) {
    const open = trials.filter(({ missing, arrives }) => missing > 0 && arrives[position] === true);
    let best: Candidate | undefined;
    let bestGain = -1;
    for (const candidate of candidates) {
      const gain = gainOf(open, candidate.indices);
      if (gain > bestGain) [best, bestGain] = [candidate, gain];
    }
    if (best === undefined) break;
    candidates.delete(best);
    chosen.push(best);
    for (const trial of open) receive(trial, best.indices);
  }
  return chosen;
};

const makeCandidates = (sourceBlocks: number, without: number | undefined): readonly Candidate[] => {
  const candidates: Candidate[] = [];
  const minDegree = Math.min(sourceBlocks, 3);
  for (let at = 0; at < SEEDS && candidates.length < CANDIDATES; at += 1) {
    const seed = (at * SEED_STEP) % SEEDS;
    const indices = seed === without ? [] : blockIndices(seed, sourceBlocks, false);
    if (indices.length >= minDegree) candidates.push({ seed, indices });
  }
  return candidates;
};

const makeTrials = (sourceBlocks: number, systematic: readonly Candidate[], count: number): readonly Trial[] => {
  const random = createJavaRandom(sourceBlocks);
  const trial = (isLost: (at: number) => boolean): Trial => {
    const arrives = Array.from({ length: count }, (_, at) => !isLost(sourceBlocks + at));
    const made: Trial = { unknown: new Uint8Array(sourceBlocks).fill(1), missing: sourceBlocks, pending: [], arrives };
    for (const [at, { indices }] of systematic.entries()) if (!isLost(at)) receive(made, indices);
    return made;
  };
  const single = systematic.map((_, lost) => trial((at) => at === lost));
  const several = Array.from({ length: RANDOM_TRIALS }, (_, at) => {
    const rate = LOSS_RATES[at % LOSS_RATES.length] ?? 0;
    const lost = Array.from({ length: sourceBlocks + count }, () => random.nextDouble() < rate);
    return trial((position) => lost[position] === true);
  });
  return [...single, ...several];
};

/** A sum with one unknown block gives it; one with two may do so later. Near the end a block is worth more. */
const gainOf = (open: readonly Trial[], indices: readonly number[]): number => {
  let gain = 0;
  for (const { unknown, missing } of open) {
    let count = 0;
    for (const index of indices) count += unknown[index] ?? 0;
    if (count === 1) gain += 1 / missing;
    else if (count === 2) gain += 0.2 / missing;
  }
  return gain;
};

const receive = (trial: Trial, indices: readonly number[]): void => {
  trial.pending.push(indices);
  for (let found = true; found;) {
    found = false;
    trial.pending = trial.pending.filter((sum) => {
      const unknown = sum.filter((index) => trial.unknown[index] === 1);
      const [only] = unknown;
      if (only === undefined || unknown.length > 1) return unknown.length > 1;
      trial.unknown[only] = 0;
      trial.missing -= 1;
      found = true;
      return false;
    });
  }
};
