/** Which source blocks a fragment of the fountain code is the sum of: by its seed, the same for every receiver. */
import { createJavaRandom } from './java-random.ts';

// Parameters of the robust soliton distribution that all peers use.
const SPREAD = 0.1;
const FAILURE = 0.5;

/** Multiplier of the transfer id in the seed of a transfer's first fragment, as the phone apps number their seeds. */
const FIRST_SEED_FACTOR = 31337;

/** The seed whose fragment is a single block whatever the distribution says. */
export const firstSeed = (transferId: number): number => (transferId * FIRST_SEED_FACTOR) & 0xffff;

/** By number of source blocks; at most 255 of them. */
const degreeTables = new Map<number, Float64Array>();

/**
 * Cumulative probabilities of the degree (how many blocks are summed): entry d is that of 1 to d.
 * @param sourceBlocks 1 to 255
 */
export const degreeTable = (sourceBlocks: number): Float64Array => {
  const known = degreeTables.get(sourceBlocks);
  if (known !== undefined) return known;
  const table = buildDegreeTable(sourceBlocks);
  degreeTables.set(sourceBlocks, table);
  return table;
};

const buildDegreeTable = (k: number): Float64Array => {
  const ripple = SPREAD * Math.log(k / FAILURE) * Math.sqrt(k);
  const spike = Math.trunc(k / ripple);
  const weight = (degree: number): number => {
    const ideal = degree === 1 ? 1 / k : 1 / (degree * (degree - 1));
    if (degree > spike) return ideal;
    return ideal + (degree < spike ? ripple / (degree * k) : (ripple * Math.log(ripple / FAILURE)) / k);
  };
  const table = new Float64Array(k + 1);
  let sum = 0;
  for (let degree = 1; degree <= k; degree += 1) {
    sum += weight(degree);
    table[degree] = sum;
  }
  return table.map((cumulative) => cumulative / sum);
};

/**
 * Distinct indices of source blocks in the order of their draws.
 * @param seed 0 to 65535
 * @param sourceBlocks 1 to 255
 * @param isFirst the seed is `firstSeed` of the transfer
 */
export const blockIndices = (seed: number, sourceBlocks: number, isFirst: boolean): readonly number[] => {
  const random = createJavaRandom(seed);
  // Drawn even when the degree is forced: the draws behind it depend on it.
  const point = random.nextDouble();
  const degree = isFirst ? 1 : degreeAt(degreeTable(sourceBlocks), point);
  const chosen = new Set<number>();
  while (chosen.size < degree) chosen.add(random.nextInt(sourceBlocks));
  return [...chosen];
};

const degreeAt = (table: Float64Array, point: number): number => {
  const last = table.length - 1;
  let degree = 1;
  while (degree < last && point > (table[degree] ?? 1)) degree += 1;
  return degree;
};
